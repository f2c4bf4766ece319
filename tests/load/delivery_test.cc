// Goal: a body is sent again, byte for byte, until it is settled, and the mark says what is known about it.
// Method: a receiver on a thread of its own that answers from a script and remembers what it was sent.

#include "load/send/delivery.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <thread>

namespace sluice::load {
namespace net = boost::asio;
using net::ip::tcp;
namespace {

class ScriptedReceiver {
 public:
  explicit ScriptedReceiver(std::vector<std::string> answers)
      : acceptor_(io_, tcp::endpoint(net::ip::address_v4::loopback(), 0)),
        answers_(std::move(answers)),
        thread_([this] { serve(); }) {}
  ~ScriptedReceiver() {
    if (thread_.joinable()) thread_.join();
  }
  Url url() const { return {"127.0.0.1", std::to_string(acceptor_.local_endpoint().port()), "/api/v1/push"}; }
  const std::vector<std::string>& bodies() {  // once every answer was given
    thread_.join();
    return bodies_;
  }

 private:
  // An empty answer: the connection is dropped once the request has been read.
  void serve() {
    std::size_t next = 0;
    while (next < answers_.size()) {
      tcp::socket socket = acceptor_.accept();
      std::string received;
      boost::system::error_code error;
      while (!error && next < answers_.size()) {
        const std::size_t head = net::read_until(socket, net::dynamic_buffer(received), "\r\n\r\n", error);
        if (error) break;
        const std::size_t at = received.find("Content-Length: ") + 16;
        const std::size_t length = std::stoul(received.substr(at));
        if (received.size() < head + length)
          net::read(socket, net::dynamic_buffer(received), net::transfer_exactly(head + length - received.size()),
                    error);
        bodies_.push_back(received.substr(head, length));
        received.erase(0, head + length);
        const std::string answer = answers_[next++];
        if (answer.empty()) break;
        net::write(socket, net::buffer(answer), error);
      }
    }
  }

  net::io_context io_;
  tcp::acceptor acceptor_;
  const std::vector<std::string> answers_;
  std::vector<std::string> bodies_;
  std::thread thread_;
};

std::string answer(const std::string& status, const std::string& fields = "", const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Outcome {
  Mark mark = Mark::unsent;
  Stats stats;
  double seconds = 0;
};

Outcome deliver(ScriptedReceiver& receiver, Protocol protocol, std::uint64_t samples = 3) {
  Outcome outcome;
  net::io_context io;
  const RetryPolicy policy{std::chrono::milliseconds(1), std::chrono::milliseconds(4), std::chrono::milliseconds(2000)};
  Delivery delivery(io, receiver.url(), "", protocol, policy, outcome.stats);
  const std::string body = "some bytes";
  const auto started = std::chrono::steady_clock::now();
  auto run = [&]() -> net::awaitable<void> {
    const Letter letter{&body, samples};
    outcome.mark = co_await delivery.deliver(letter);
  };
  auto done = net::co_spawn(io, run(), net::use_future);
  io.run();
  done.get();
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return outcome;
}

TEST(Delivery, A204Settles) {
  ScriptedReceiver receiver({answer("204 No Content")});
  const Outcome outcome = deliver(receiver, Protocol::remote_write_1);
  EXPECT_EQ(outcome.mark, Mark::acknowledged);
  EXPECT_EQ(outcome.stats.retries, 0U);
}

TEST(Delivery, ServerErrorsAndBrokenConnectionsAreRetriedWithTheSameBytes) {
  ScriptedReceiver receiver(
      {answer("503 Unavailable"), "", answer("500 Oops", "", "disk on fire\n"), answer("200 OK")});
  const Outcome outcome = deliver(receiver, Protocol::remote_write_1);
  EXPECT_EQ(outcome.mark, Mark::acknowledged);
  EXPECT_EQ(outcome.stats.retries, 3U);
  EXPECT_EQ(outcome.stats.errors.at("connection"), 1U);
  EXPECT_EQ(outcome.stats.last_error, "500: disk on fire");
  EXPECT_EQ(receiver.bodies(), std::vector<std::string>(4, "some bytes"));
}

TEST(Delivery, OtherClientErrorsAreFinal) {
  ScriptedReceiver receiver({answer("400 Bad Request", "", "out of order sample\n")});
  EXPECT_EQ(deliver(receiver, Protocol::remote_write_1).mark, Mark::refused);
}

TEST(Delivery, WaitsAsLongAsRetryAfterAsks) {
  ScriptedReceiver receiver({answer("429 Slow down", "Retry-After: 1\r\n"), answer("204 No Content")});
  const Outcome outcome = deliver(receiver, Protocol::remote_write_1);
  EXPECT_EQ(outcome.mark, Mark::acknowledged);
  EXPECT_GE(outcome.seconds, 1.0);
}

TEST(Delivery, A2xxOfRemoteWrite2MustCountWhatWasWritten) {
  const std::string three = "X-Prometheus-Remote-Write-Samples-Written: 3\r\n";
  ScriptedReceiver all({answer("204 No Content", three)}), none({answer("204 No Content")});
  EXPECT_EQ(deliver(all, Protocol::remote_write_2).mark, Mark::acknowledged);
  EXPECT_EQ(deliver(none, Protocol::remote_write_2).mark, Mark::refused);
}

TEST(Delivery, ReadsChunkedAnswers) {
  ScriptedReceiver receiver(
      {"HTTP/1.1 400 Bad\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nno i\r\n5\r\ndea\n!\r\n0\r\n\r\n"});
  const Outcome outcome = deliver(receiver, Protocol::remote_write_1);
  EXPECT_EQ(outcome.mark, Mark::refused);
  EXPECT_EQ(outcome.stats.last_error, "400: no idea; !");
}

}  // namespace
}  // namespace sluice::load
