// storage/head/writer_first_mutex.h
//
// Room: storage/head. A shared mutex whose readers let a waiting writer pass. glibc's read-write lock prefers readers:
// a few queries that take turns would keep a commit waiting for as long as they run.
#pragma once

#include "proto/base/mutex.h"

namespace sluice::storage {

class SLUICE_CAPABILITY("shared_mutex") WriterFirstMutex {
 public:
  void lock() SLUICE_ACQUIRE() SLUICE_NO_ANALYSIS {
    turnstile_.lock();  // new readers wait here while we wait for the old ones
    mutex_.lock();
    turnstile_.unlock();
  }
  void unlock() SLUICE_RELEASE() SLUICE_NO_ANALYSIS { mutex_.unlock(); }
  void lock_shared() SLUICE_ACQUIRE_SHARED() SLUICE_NO_ANALYSIS {
    turnstile_.lock();
    turnstile_.unlock();
    mutex_.lock_shared();
  }
  void unlock_shared() SLUICE_RELEASE_SHARED() SLUICE_NO_ANALYSIS { mutex_.unlock_shared(); }

 private:
  Mutex turnstile_;
  SharedMutex mutex_;
};

class SLUICE_SCOPED_CAPABILITY HeadWriteLock {
 public:
  explicit HeadWriteLock(WriterFirstMutex& mutex) SLUICE_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~HeadWriteLock() SLUICE_RELEASE() { mutex_.unlock(); }
  HeadWriteLock(const HeadWriteLock&) = delete;
  HeadWriteLock& operator=(const HeadWriteLock&) = delete;

 private:
  WriterFirstMutex& mutex_;
};

class SLUICE_SCOPED_CAPABILITY HeadReadLock {
 public:
  explicit HeadReadLock(WriterFirstMutex& mutex) SLUICE_ACQUIRE_SHARED(mutex) : mutex_(mutex) { mutex_.lock_shared(); }
  ~HeadReadLock() SLUICE_RELEASE_GENERIC() { mutex_.unlock_shared(); }
  HeadReadLock(const HeadReadLock&) = delete;
  HeadReadLock& operator=(const HeadReadLock&) = delete;

 private:
  WriterFirstMutex& mutex_;
};

}  // namespace sluice::storage
