#include "server/http/compression.h"

#include <zlib.h>

#include <algorithm>

#include "proto/base/check.h"
#include "server/http/text.h"

namespace sluice::server {
namespace {

constexpr std::size_t kBodyBytesMin = 1400;  // below, the answer is one packet either way
constexpr int kLevel = 1;                    // JSON shrinks 10 to 20 times at any level; CPU is what differs

std::string compressed(std::string_view body) {
  std::string out;
  GzipStream gzip;
  gzip.add(body, out);
  gzip.finish(out);
  return out;
}

// Pulls from `source` until there is something to send.
BodySource compressed(BodySource source) {
  auto gzip = std::make_shared<GzipStream>();
  return [gzip, source = std::move(source), piece = std::string()](std::string& out) mutable {
    const auto before = out.size();
    while (out.size() == before) {
      piece.clear();
      const bool more = source(piece);
      gzip->add(piece, out);
      if (more) continue;
      gzip->finish(out);
      return false;
    }
    return true;
  };
}

}  // namespace

bool accepts_gzip(const Headers& request) {
  bool found = false;
  for_each_token(request.get("Accept-Encoding"), [&](std::string_view token) { found = found || token == "gzip"; });
  return found;
}

bool worth_compressing(const Response& response) {
  if (response.headers.has("Content-Encoding")) return false;
  return response.stream != nullptr || response.body.size() >= kBodyBytesMin;
}

struct GzipStream::Zlib {
  z_stream stream{};
};

GzipStream::GzipStream() : zlib_(std::make_unique<Zlib>()) {
  constexpr int kGzipFormat = 15 + 16;  // the largest window, and zlib's way of asking for gzip's header
  constexpr int kMemoryLevel = 8;
  CHECK(deflateInit2(&zlib_->stream, kLevel, Z_DEFLATED, kGzipFormat, kMemoryLevel, Z_DEFAULT_STRATEGY) == Z_OK);
}

GzipStream::~GzipStream() { deflateEnd(&zlib_->stream); }

void GzipStream::run(std::string_view piece, int flush, std::string& out) {
  constexpr std::size_t kStepBytes = 16 << 10;
  auto& stream = zlib_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));  // zlib's interface is older than const
  stream.avail_in = static_cast<uInt>(piece.size());
  do {
    const auto used = out.size();
    out.resize(used + kStepBytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + used);
    stream.avail_out = kStepBytes;
    CHECK(deflate(&stream, flush) != Z_STREAM_ERROR);
    out.resize(used + kStepBytes - stream.avail_out);
  } while (stream.avail_out == 0);
}

void GzipStream::add(std::string_view piece, std::string& out) {
  constexpr std::size_t kPieceBytesMax = 1u << 30;  // avail_in has 32 bits
  for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), kPieceBytesMax)))
    run(piece.substr(0, kPieceBytesMax), Z_NO_FLUSH, out);
}

void GzipStream::finish(std::string& out) { run({}, Z_FINISH, out); }

void compress(Response& response) {
  if (response.stream) {
    std::string start;
    start.swap(response.body);
    auto with_start = [start = std::move(start), source = std::move(response.stream)](std::string& out) mutable {
      out += start;
      start.clear();
      return source(out);
    };
    response.stream = compressed(BodySource(std::move(with_start)));
  } else {
    response.body = compressed(response.body);
  }
  response.headers.set("Content-Encoding", "gzip");
}

}  // namespace sluice::server
