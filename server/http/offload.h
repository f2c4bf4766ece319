// server/http/offload.h
//
// Room: server/http. Leaves the I/O thread for a pool and comes home.
#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "server/http/work_pool.h"

namespace sluice::server {

template <class Work, class Home>
class OffloadedJob final : public WorkPool::Job {
 public:
  OffloadedJob(Work& work, Home home) : work_(work), home_(std::move(home)) {}
  void run() override {
    work_();
    auto executor = boost::asio::get_associated_executor(home_);
    boost::asio::post(executor, std::move(home_));
    delete this;  // created for one run, in offload()
  }

 private:
  Work& work_;
  Home home_;
};

// Runs `work` on `pool`, in `turn` with others, and resumes the caller on its own I/O thread. The caller stays
// suspended until `work` has returned, so `work` may refer to the caller's locals; it must be a named object there, and
// it must not throw.
template <class Work>
boost::asio::awaitable<void> offload(WorkPool& pool, std::uint64_t turn, Work& work) {
  auto leave = [&pool, turn, &work](auto home) {
    pool.submit(*new OffloadedJob<Work, decltype(home)>(work, std::move(home)), turn);
  };
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void()>(leave,
                                                                                      boost::asio::use_awaitable);
}

}  // namespace sluice::server
