// server/http/turn_queue.h
//
// Room: server/http. A queue in which everybody waits only behind their own: keys take turns, each key's entries keep
// their order. A tenant that asks a hundred questions at once delays another's next one by one question, not by a
// hundred.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

namespace sluice::server {

// Entries are linked through themselves and owned by whoever pushed them, so that queueing allocates next to nothing.
struct Queued {
  Queued* next = nullptr;
};

class TurnQueue {
 public:
  void push(std::uint64_t key, Queued& entry) {
    entry.next = nullptr;
    Line& line = lines_[key];
    if (line.first == nullptr) {
      line.first = &entry;
      turns_.push_back(key);
    } else {
      line.last->next = &entry;
    }
    line.last = &entry;
  }

  bool empty() const { return turns_.empty(); }

  // Not on an empty queue.
  Queued& pop() {
    const std::uint64_t key = turns_.front();
    turns_.pop_front();
    const auto line = lines_.find(key);
    Queued& entry = *line->second.first;
    line->second.first = entry.next;
    if (entry.next == nullptr) {
      lines_.erase(line);
    } else {
      turns_.push_back(key);
    }
    return entry;
  }

 private:
  struct Line {
    Queued* first = nullptr;
    Queued* last = nullptr;
  };
  std::unordered_map<std::uint64_t, Line> lines_;  // only keys with entries waiting
  std::deque<std::uint64_t> turns_;                // each of them once
};

}  // namespace sluice::server
