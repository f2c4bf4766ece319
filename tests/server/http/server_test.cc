// The listener over real sockets: what a stranger's bytes get as an answer.
#include "server/http/server.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "server/http/status.h"
#include "tests/server/http/raw_client.h"

namespace sluice::server {
namespace {

using namespace std::chrono_literals;

class Lambda final : public Handler {
 public:
  Lambda(Pool pool, std::function<Response(Request&)> answer) : pool_(pool), answer_(std::move(answer)) {}
  Pool pool() const override { return pool_; }
  AdmitDecision admit(const RequestHead& head) override {
    AdmitDecision decision;
    if (head.headers.has("X-Refuse")) decision.refusal = text_answer(401, "who are you");
    decision.body_bytes_max = 100'000;
    return decision;
  }
  Response handle(Request& request, Admission*) override { return answer_(request); }
  void finish(const RequestHead&, Response& response) const override { response.headers.add("X-Finished", "yes"); }

 private:
  const Pool pool_;
  const std::function<Response(Request&)> answer_;
};

ServerOptions quick_options() {
  ServerOptions options;
  options.port = 0;
  options.io_threads = 2;
  options.head_bytes_max = 8192;
  options.head_timeout = 300ms;
  options.body_timeout = 300ms;
  options.idle_timeout = 600ms;
  options.write_timeout = 500ms;
  options.sweep_interval = 20ms;
  options.query_threads = 2;
  options.query_queue_max = 2;
  options.connections_max = 50;
  return options;
}

class Serving : public testing::Test {
 protected:
  explicit Serving(const ServerOptions& options = quick_options()) : server_(options, router_, observer_) {
    route(Method::post, "/echo", Pool::ingest, [](Request& request) { return text(request.body); });
    route(Method::get, "/hello", Pool::inline_io, [](Request&) { return text("hello"); });
    route(Method::get, "/api/v1/big", Pool::query, [](Request&) { return text(std::string(1 << 20, 'b')); });
    route(Method::get, "/throws", Pool::query, [](Request&) -> Response { throw std::runtime_error("oops"); });
    route(Method::get, "/wait", Pool::query, [this](Request& request) { return wait(request); });
    route(Method::get, "/stream", Pool::query, [](Request&) { return stream(20'000); });
    route(Method::get, "/endless", Pool::query, [this](Request&) { return endless(); });
    const auto started = server_.start();
    EXPECT_TRUE(started) << started.error().detail();
  }

  static Response text(std::string body) { return Response(200, std::move(body), "text/plain"); }

  static Response stream(int lines) {
    Response response(200, "begin\n", "text/plain");
    response.stream = [n = 0, lines](std::string& out) mutable {
      out += "line " + std::to_string(n++) + "\n";
      return n < lines;
    };
    return response;
  }

  Response endless() {
    Response response(200);
    response.stream = [this](std::string& out) {
      out.append(10'000, 'e');
      produced_ += 10'000;
      return true;
    };
    return response;
  }

  // Runs until its stop token is tripped, or for two seconds.
  Response wait(Request& request) {
    ++waiting_;
    const auto until = std::chrono::steady_clock::now() + 2s;
    while (!request.stop.stop_requested() && std::chrono::steady_clock::now() < until && !release_)
      std::this_thread::sleep_for(5ms);
    if (request.stop.stop_requested()) ++stopped_;
    return text("waited");
  }

  void route(Method method, std::string path, Pool pool, std::function<Response(Request&)> answer) {
    router_.add({method}, std::move(path), std::make_shared<Lambda>(pool, std::move(answer)));
  }

  bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 400; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

  struct Observer final : HttpObserver {
    void answered(const Answered&) override { ++answers; }
    void handler_threw(std::string_view, std::string_view) override { ++throws; }
    void connection_refused() override { ++refused; }
    std::atomic<int> answers{0}, throws{0}, refused{0};
  };

  std::atomic<int> waiting_{0}, stopped_{0};
  std::atomic<bool> release_{false};
  std::atomic<std::size_t> produced_{0};
  Observer observer_;
  Router router_;
  HttpServer server_;
};

TEST_F(Serving, KeepsTheConnectionForTheNextRequest) {
  RawClient client(server_.port());
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_EQ(answer.headers.get("X-Finished"), "yes");
    EXPECT_TRUE(answer.headers.has("Date"));
  }
}

TEST_F(Serving, AnswersPipelinedRequestsInOrder) {
  RawClient client(server_.port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
      "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\ntw\r\n1\r\no\r\n0\r\n\r\n"
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nthree");
  EXPECT_EQ(client.read_answer().body, "one");
  EXPECT_EQ(client.read_answer().body, "hello");
  EXPECT_EQ(client.read_answer().body, "two");
  EXPECT_EQ(client.read_answer().body, "three");
}

TEST_F(Serving, ReadsABodyThatArrivesInPieces) {
  RawClient client(server_.port());
  const std::string body(90'000, 'p');
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + body.substr(0, 10));
  std::this_thread::sleep_for(30ms);
  client.send(body.substr(10, 50'000));
  std::this_thread::sleep_for(30ms);
  EXPECT_EQ(client.ask(body.substr(50'010)).body, body);
}

TEST_F(Serving, AShorterBodyAfterALongerOneIsNotPadded) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90000\r\n\r\n" + std::string(90'000, 'a'))
                .body.size(),
            90'000u);
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nbb").body, "bb");
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nc\r\n0\r\n\r\n").body,
            "c");
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").body, "");
}

TEST_F(Serving, AsksForTheBodyWhenTheClientWaitsForThat) {
  RawClient client(server_.port());
  const auto go_on = client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(go_on.status, 100);
  EXPECT_EQ(client.ask("body").body, "body");
}

TEST_F(Serving, RefusesBeforeAskingForTheBody) {
  RawClient client(server_.port());
  const auto answer =
      client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nX-Refuse: 1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.headers.get("Connection"), "close");
  EXPECT_TRUE(client.closed_within(2000));
}

TEST_F(Serving, ARefusedShortBodyKeepsTheConnection) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nX-Refuse: 1\r\nContent-Length: 9\r\n\r\nGET / HTT").status,
            401);
  EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(Serving, ABodyOverTheLimitIsRefusedByItsLength) {
  RawClient client(server_.port());
  const auto answer = client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "request body exceeds the 100000 bytes limit\n");
  EXPECT_EQ(answer.headers.get("X-Finished"), "yes");
}

TEST_F(Serving, AChunkedBodyOverTheLimitIsRefusedWhileItComes) {
  RawClient client(server_.port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "2710\r\n" + std::string(10'000, 'c') + "\r\n";
  for (int i = 0; i < 12; ++i) client.send(chunk);
  const auto answer = client.read_answer();
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.body, "request body exceeds the 100000 bytes limit\n");
  EXPECT_EQ(answer.headers.get("X-Finished"), "yes");
}

TEST_F(Serving, UnknownPathsAndWrongMethods) {
  RawClient client(server_.port());
  const auto unknown = client.ask("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.body, "404 page not found\n");
  const auto wrong = client.ask("GET /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.body, "Method not allowed\n");
  EXPECT_EQ(wrong.headers.get("Allow"), "POST");
  EXPECT_EQ(client.ask("BREW /echo HTTP/1.1\r\nHost: x\r\n\r\n").status, 405);
}

TEST_F(Serving, PreflightsAndCorsHeaders) {
  RawClient client(server_.port());
  const auto preflight = client.ask("OPTIONS /api/v1/query HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n\r\n");
  EXPECT_EQ(preflight.status, 204);
  EXPECT_EQ(preflight.headers.get("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(preflight.headers.get("Access-Control-Allow-Methods"), "GET, POST, OPTIONS");
  EXPECT_EQ(preflight.headers.get("Vary"), "Origin");
  const auto plain = client.ask("GET /api/v1/big HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(plain.headers.get("Vary"), "Origin");
  EXPECT_FALSE(plain.headers.has("Access-Control-Allow-Origin"));
}

TEST_F(Serving, HeadHasTheLengthAndNoBody) {
  route(Method::head, "/hello2", Pool::inline_io, [](Request&) { return text("hello"); });
  RawClient client(server_.port());
  client.send("HEAD /hello2 HTTP/1.1\r\nHost: x\r\n\r\nGET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.read_answer(true).headers.get("Content-Length"), "5");
  EXPECT_EQ(client.read_answer().body, "hello");
}

TEST_F(Serving, CompressesForThoseWhoAsk) {
  RawClient client(server_.port());
  const auto packed = client.ask("GET /api/v1/big HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n");
  EXPECT_EQ(packed.headers.get("Content-Encoding"), "gzip");
  EXPECT_LT(packed.body.size(), 20'000u);
  const auto plain = client.ask("GET /api/v1/big HTTP/1.1\r\nHost: x\r\nAccept-Encoding: zstd, br\r\n\r\n");
  EXPECT_FALSE(plain.headers.has("Content-Encoding"));
  EXPECT_EQ(plain.body.size(), 1u << 20);
}

TEST_F(Serving, StreamsInChunks) {
  RawClient client(server_.port());
  const auto answer = client.ask("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.headers.get("Transfer-Encoding"), "chunked");
  EXPECT_TRUE(answer.body.starts_with("begin\nline 0\n"));
  EXPECT_TRUE(answer.body.ends_with("line 19999\n"));
  EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").body, "hello");
}

TEST_F(Serving, StreamsToTheEndOfAnHttp10Connection) {
  RawClient client(server_.port());
  const auto answer = client.ask("GET /stream HTTP/1.0\r\n\r\n");
  EXPECT_FALSE(answer.headers.has("Transfer-Encoding"));
  EXPECT_TRUE(answer.body.ends_with("line 19999\n"));
}

TEST_F(Serving, ASlowReaderSlowsTheStreamAndLosesItsConnection) {
  {
    RawClient client(server_.port());
    client.send("GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return produced_ > 0; }));
    ASSERT_TRUE(eventually([&] { return server_.connections() == 0; }));  // write_timeout
  }
  EXPECT_LT(produced_, 64u << 20);  // what the sockets hold, not what memory holds
}

TEST_F(Serving, AHandlerThatThrowsIsAnswered500) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("GET /throws HTTP/1.1\r\nHost: x\r\n\r\n").status, 500);
  EXPECT_EQ(observer_.throws, 1);
  EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(Serving, HugeHeadsAreRefused) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: x\r\nX-Long: " + std::string(20'000, 'h') + "\r\n\r\n").status,
            431);
  EXPECT_TRUE(client.closed_within(2000));
}

TEST_F(Serving, GarbageIsRefusedAndTheConnectionEnds) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("\x16\x03\x01\x02\r\n\r\n").status, 400);
  EXPECT_TRUE(client.closed_within(2000));
}

TEST_F(Serving, AHeadThatDripsIsTimedOut) {
  RawClient client(server_.port());
  const std::string head = "GET /hello HTTP/1.1\r\nHost: example\r\n";
  for (const char c : head) {
    if (!client.send(std::string_view(&c, 1))) break;
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(client.read_answer().status, 408);
  EXPECT_TRUE(client.closed_within(2000));
}

TEST_F(Serving, ABodyThatStallsIsTimedOut) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf").status, 408);
}

TEST_F(Serving, AnIdleConnectionIsClosedSilently) {
  RawClient client(server_.port());
  EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  EXPECT_TRUE(client.closed_within(2000));
  EXPECT_TRUE(eventually([&] { return server_.connections() == 0; }));
}

TEST_F(Serving, AClientThatLeavesTripsTheStopToken) {
  RawClient client(server_.port());
  client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting_ == 1; }));
  client.close();
  EXPECT_TRUE(eventually([&] { return stopped_ == 1; }));
}

TEST_F(Serving, APipelinedRequestDoesNotTripTheStopToken) {
  RawClient client(server_.port());
  client.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting_ == 1; }));
  client.send("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  release_ = true;
  EXPECT_EQ(client.read_answer().body, "waited");
  EXPECT_EQ(client.read_answer().body, "hello");
  EXPECT_EQ(stopped_, 0);
}

TEST_F(Serving, AFullPoolSays503AndWhenToComeBack) {
  RawClient first(server_.port()), second(server_.port()), third(server_.port());
  first.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  second.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting_ == 2; }));
  const auto answer = third.ask("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(answer.status, 503);
  EXPECT_GE(std::stoi(std::string(answer.headers.get("Retry-After"))), 1);
  EXPECT_EQ(third.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  release_ = true;
  EXPECT_EQ(first.read_answer().status, 200);
  EXPECT_EQ(second.read_answer().status, 200);
}

TEST_F(Serving, OneConnectionTooManyIsToldSo) {
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<RawClient>(server_.port()));
    ASSERT_EQ(clients.back()->ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  }
  RawClient one_more(server_.port());
  const auto answer = one_more.read_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.headers.get("Retry-After"), "2");
  EXPECT_EQ(observer_.refused, 1);
  clients.clear();
  ASSERT_TRUE(eventually([&] { return server_.connections() == 0; }));
  RawClient welcome(server_.port());
  EXPECT_EQ(welcome.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(Serving, ASecondServerOnThePortIsRefused) {
  ServerOptions options = quick_options();
  options.port = server_.port();
  HttpServer second(options, router_, observer_);
  const auto started = second.start();
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().code(), Errc::unavailable);
}

TEST_F(Serving, DrainLetsRunningRequestsEndAndClosesIdleOnes) {
  RawClient idle(server_.port()), busy(server_.port());
  EXPECT_EQ(idle.ask("GET /hello HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting_ == 1; }));
  auto drained = std::async(std::launch::async, [&] { return server_.drain(5s); });
  EXPECT_TRUE(idle.closed_within(2000));
  EXPECT_TRUE(eventually([&] { return !RawClient(server_.port()).connected(); }));
  release_ = true;
  const auto answer = busy.read_answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.headers.get("Connection"), "close");
  busy.close();
  EXPECT_TRUE(drained.get());
  EXPECT_EQ(stopped_, 0);
}

TEST_F(Serving, DrainOverItsBudgetTripsStopTokens) {
  RawClient busy(server_.port());
  busy.send("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(eventually([&] { return waiting_ == 1; }));
  const auto before = std::chrono::steady_clock::now();
  EXPECT_FALSE(server_.drain(100ms));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 1500ms);
  EXPECT_EQ(stopped_, 1);
}

}  // namespace
}  // namespace sluice::server
