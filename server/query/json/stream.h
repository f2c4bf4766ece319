// server/query/json/stream.h
//
// Room: server/query. Answers of any size in pieces: the first piece becomes the body, and what fits in it has a
// Content-Length; the rest is pulled by the connection as the client reads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "server/http/message.h"

namespace sluice::server::json {

inline constexpr std::size_t kPieceBytes = 64 * 1024;  // what a socket buffer takes; also the unit of gzip

// Something that writes itself piece by piece.
class PieceWriter {
 public:
  virtual ~PieceWriter() = default;
  virtual bool append_piece(std::string& out) = 0;  // about kPieceBytes; false: that was the last piece
};

Response answer_of(std::shared_ptr<PieceWriter> writer);

// `head`, then `count` items between commas, then `tail`.
class ListWriter final : public PieceWriter {
 public:
  using AppendItem = std::function<void(std::string& out, std::size_t index)>;
  ListWriter(std::string head, std::size_t count, AppendItem append_item, std::string tail)
      : head_(std::move(head)), tail_(std::move(tail)), count_(count), append_item_(std::move(append_item)) {}
  bool append_piece(std::string& out) override;

 private:
  const std::string head_, tail_;
  const std::size_t count_;
  const AppendItem append_item_;
  std::size_t next_ = 0;
};

}  // namespace sluice::server::json
