// server/http/input_buffer.h
//
// Room: server/http. Bytes read and not yet consumed. Small while a connection idles, because thousands of them do.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

namespace sluice::server {

class InputBuffer {
 public:
  static constexpr std::size_t kIdleBytes = 4096;

  std::string_view view() const { return {bytes_.data() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }
  std::size_t size() const { return end_ - begin_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  // Room behind the bytes, at least one byte while size() < bytes_max; none otherwise.
  std::pair<char*, std::size_t> room(std::size_t bytes_max) {
    if (begin_ > 0) std::memmove(bytes_.data(), bytes_.data() + begin_, size());
    end_ -= begin_;
    begin_ = 0;
    if (end_ == bytes_.size() && end_ < bytes_max)
      bytes_.resize(std::min(std::max(2 * bytes_.size(), kIdleBytes), bytes_max));
    return {bytes_.data() + end_, bytes_.size() - end_};
  }
  void added(std::size_t count) { end_ += count; }

  void shrink_if_idle() {
    if (empty() && bytes_.size() > kIdleBytes) std::vector<char>().swap(bytes_);
  }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace sluice::server
