#include "server/http/request_parser.h"

#include <gtest/gtest.h>

namespace sluice::server {
namespace {

constexpr std::uint32_t kHeadMax = 1024;

Result<RequestHead> parse(std::string_view bytes) {
  RequestParser parser(kHeadMax);
  const auto step = parser.feed_head(bytes);
  if (!step) return tl::unexpected<Error>(step.error());
  if (!step->done) return fail(Errc::unavailable, "more bytes wanted");
  return parser.take_head();
}

TEST(RequestParser, TakesAHeadApart) {
  const auto head =
      parse("POST /api/v1/que%72y?query=a%2Bb HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello");
  ASSERT_TRUE(head) << head.error().detail();
  EXPECT_EQ(head->method, Method::post);
  EXPECT_EQ(head->path, "/api/v1/query");
  EXPECT_EQ(head->query, "query=a%2Bb");
  EXPECT_EQ(head->headers.get("x-a"), "b");
  EXPECT_EQ(head->content_length, 5u);
}

TEST(RequestParser, StopsRightBehindTheHead) {
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n";
  RequestParser parser(kHeadMax);
  const auto step = parser.feed_head(head + "hello");
  ASSERT_TRUE(step && step->done);
  EXPECT_EQ(step->consumed, head.size());
}

TEST(RequestParser, TakesAHeadByteByByte) {
  const std::string head = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  RequestParser parser(kHeadMax);
  std::string waiting;
  bool done = false;
  for (const char c : head) {
    ASSERT_FALSE(done);
    waiting += c;
    const auto step = parser.feed_head(waiting);
    ASSERT_TRUE(step) << step.error().detail();
    waiting.erase(0, step->consumed);
    done = step->done;
  }
  EXPECT_TRUE(done);
  EXPECT_EQ(parser.take_head()->path, "/metrics");
}

TEST(RequestParser, AbsoluteTargetsLoseTheirAuthority) {
  EXPECT_EQ(parse("GET http://sluice:9009/metrics?a HTTP/1.1\r\nHost: x\r\n\r\n")->path, "/metrics");
}

struct Refused {
  std::string name, bytes;
  Errc expected;
};
class RequestParserRefuses : public testing::TestWithParam<Refused> {};
TEST_P(RequestParserRefuses, WithAReason) {
  const auto head = parse(GetParam().bytes);
  ASSERT_FALSE(head.has_value());
  EXPECT_EQ(head.error().code(), GetParam().expected) << head.error().detail();
  EXPECT_FALSE(head.error().detail().empty());
}
const Refused kRefused[] = {
    {"Garbage", "\x16\x03\x01\x02 hello\r\n\r\n", Errc::invalid_argument},
    {"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Errc::invalid_argument},
    {"HugeHead", "GET / HTTP/1.1\r\nA: " + std::string(2000, 'x') + "\r\n\r\n", Errc::too_large},
    {"TwoLengths", "POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", Errc::invalid_argument},
    {"LengthAndChunks", "POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
     Errc::invalid_argument},
    {"ChunksAndLength", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
     Errc::invalid_argument},
    {"NegativeLength", "POST / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", Errc::invalid_argument},
    {"OtherTransferEncoding", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", Errc::unsupported},
    {"OtherExpectation", "POST / HTTP/1.1\r\nExpect: tea\r\nContent-Length: 1\r\n\r\n", Errc::unsupported},
    {"BlankInHeaderName", "GET / HTTP/1.1\r\nA b: c\r\n\r\n", Errc::invalid_argument},
    {"NoHost", "GET / HTTP/1.1\r\n\r\n", Errc::invalid_argument},
    {"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", Errc::invalid_argument},
    {"DamagedPath", "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", Errc::invalid_argument},
};
INSTANTIATE_TEST_SUITE_P(Heads, RequestParserRefuses, testing::ValuesIn(kRefused),
                         [](const auto& info) { return info.param.name; });

class Chunks : public testing::Test {
 protected:
  Chunks() {
    const auto step = parser_.feed_head("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    EXPECT_TRUE(step && step->done && parser_.framing().chunked);
  }
  RequestParser parser_{kHeadMax};
  std::string body_;
};

TEST_F(Chunks, AreJoined) {
  const std::string bytes = "5\r\nhello\r\n1;ext=1\r\n \r\n5\r\nworld\r\n0\r\n\r\nNEXT";
  const auto step = parser_.feed_chunks(bytes, 100, body_);
  ASSERT_TRUE(step && step->done);
  EXPECT_EQ(body_, "hello world");
  EXPECT_EQ(bytes.substr(step->consumed), "NEXT");
}

TEST_F(Chunks, OverTheLimitAreRefusedByTheirClaim) {
  const auto step = parser_.feed_chunks("5\r\nhello\r\nffffff\r\n", 100, body_);
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().code(), Errc::too_large);
  EXPECT_LE(body_.size(), 100u);
}

TEST_F(Chunks, ManySmallOnesAddUpToTheLimit) {
  Result<RequestParser::Step> step;
  std::string waiting;
  for (int i = 0; i < 40 && step; ++i) {
    waiting += "3\r\nabc\r\n";
    step = parser_.feed_chunks(waiting, 100, body_);
    if (step) waiting.erase(0, step->consumed);
  }
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().code(), Errc::too_large);
  EXPECT_LE(body_.size(), 100u);
}

TEST_F(Chunks, DamagedSizesAreRefused) {
  const auto step = parser_.feed_chunks("zz\r\nhello\r\n", 100, body_);
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().code(), Errc::invalid_argument);
}

}  // namespace
}  // namespace sluice::server
