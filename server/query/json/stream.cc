#include "server/query/json/stream.h"

namespace sluice::server::json {

Response answer_of(std::shared_ptr<PieceWriter> writer) {
  Response response(200);
  response.headers.add("Content-Type", "application/json");
  if (!writer->append_piece(response.body)) return response;
  response.stream = [writer = std::move(writer)](std::string& out) { return writer->append_piece(out); };
  return response;
}

bool ListWriter::append_piece(std::string& out) {
  const std::size_t full = out.size() + kPieceBytes;
  if (next_ == 0) out += head_;
  for (; next_ < count_; ++next_) {
    if (out.size() >= full) return true;
    if (next_ > 0) out += ',';
    append_item_(out, next_);
  }
  out += tail_;
  return false;
}

}  // namespace sluice::server::json
