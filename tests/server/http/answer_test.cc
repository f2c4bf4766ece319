// How answers become bytes: heads, chunks, gzip, statuses.
#include <gtest/gtest.h>
#include <zlib.h>

#include "server/http/compression.h"
#include "server/http/response_head.h"
#include "server/http/status.h"

namespace sluice::server {
namespace {

std::string gunzip(std::string_view compressed) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string out(16 << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

bool gzip_for(std::string accept) {
  Headers headers;
  headers.add("Accept-Encoding", std::move(accept));
  return accepts_gzip(headers);
}

TEST(Compression, IsGzipOrNothing) {
  EXPECT_TRUE(gzip_for("gzip"));
  EXPECT_TRUE(gzip_for("zstd, br , gzip"));
  EXPECT_TRUE(gzip_for("gzip, deflate, br, zstd"));
  EXPECT_FALSE(gzip_for("gzip;q=1.0"));  // as Prometheus: q-values are not understood
  EXPECT_FALSE(gzip_for("br, zstd"));
  EXPECT_FALSE(gzip_for("deflate"));
  EXPECT_FALSE(gzip_for(""));
}

TEST(Compression, LeavesSmallAnswersAlone) {
  EXPECT_FALSE(worth_compressing(Response(200, "{}", "application/json")));
  EXPECT_TRUE(worth_compressing(Response(200, std::string(5000, 'x'), "application/json")));
}

TEST(Compression, GivesTheSameBodyBack) {
  Response response(200, std::string(100'000, 'x') + "end", "application/json");
  const std::string body = response.body;
  compress(response);
  EXPECT_EQ(response.headers.get("Content-Encoding"), "gzip");
  EXPECT_LT(response.body.size(), body.size() / 10);
  EXPECT_EQ(gunzip(response.body), body);
}

TEST(Compression, GivesAStreamedBodyBack) {
  Response response(200, "start;", "application/json");
  response.stream = [n = 0](std::string& out) mutable {
    out += std::to_string(n++) + ";";
    return n < 50'000;
  };
  compress(response);
  std::string sent = response.body;
  while (response.stream(sent)) {
  }
  const std::string body = gunzip(sent);
  EXPECT_TRUE(body.starts_with("start;0;1;2;"));
  EXPECT_TRUE(body.ends_with(";49999;"));
}

TEST(ResponseHead, HasLengthOrChunksOrNeither) {
  const Response response(200, "12345", "text/plain");
  std::string length, chunked, none;
  append_head(response, BodyFraming::length, true, length);
  append_head(response, BodyFraming::chunked, true, chunked);
  append_head(Response(204), BodyFraming::none, false, none);
  EXPECT_NE(length.find("Content-Length: 5\r\n"), std::string::npos);
  EXPECT_EQ(length.find("Connection"), std::string::npos);
  EXPECT_NE(chunked.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_TRUE(none.starts_with("HTTP/1.1 204 No Content\r\n"));
  EXPECT_EQ(none.find("Content-Length"), std::string::npos);
  EXPECT_NE(none.find("Connection: close\r\n"), std::string::npos);
}

TEST(ResponseHead, ALineBreakInAValueStartsNoHeader) {
  Response response(400);
  response.headers.add("X-Reason", "bad\r\nSet-Cookie: a=b");
  std::string head;
  append_head(response, BodyFraming::length, true, head);
  EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
}

TEST(ResponseHead, AnEmptyPieceDoesNotEndTheBody) {
  std::string out;
  append_chunk("", out);
  EXPECT_EQ(out, "");
  append_chunk("hello", out);
  EXPECT_EQ(out, "5\r\nhello\r\n");
}

TEST(Status, EveryReasonHasANumberWithAPhrase) {
  for (int code = 0; code <= static_cast<int>(Errc::corrupt); ++code) {
    const int status = status_for(static_cast<Errc>(code));
    EXPECT_GE(status, 400) << code;
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
  }
  EXPECT_EQ(status_for(Errc::unavailable), 503);
  EXPECT_EQ(status_for(Errc::invalid_argument), 400);
}

TEST(Status, RetryAfterIsSpreadAndNeverZero) {
  std::uint32_t least = 1000, most = 0;
  for (int i = 0; i < 500; ++i) {
    const auto seconds = jittered_seconds(10);
    least = std::min(least, seconds);
    most = std::max(most, seconds);
  }
  EXPECT_GE(least, 10u);
  EXPECT_LE(most, 15u);
  EXPECT_LT(least, most);
  EXPECT_GE(jittered_seconds(0), 1u);
  EXPECT_LE(jittered_seconds(1e12), 450u);
}

}  // namespace
}  // namespace sluice::server
