// What the listener itself costs: pushes of a given size go to a handler that stores nothing. Prints CPU per request of
// the server's threads alone (the clients' threads are measured and taken off), and per sample at 2,000 samples each.
// Usage: push_bench [body_bytes=200000] [connections=4] [requests=20000]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <thread>
#include <vector>

#include "server/http/server.h"

namespace {

using namespace sluice::server;

constexpr double kSamplesPerRequest = 2000;

class Discard final : public Handler {
 public:
  Pool pool() const override { return Pool::ingest; }
  AdmitDecision admit(const RequestHead&) override {
    AdmitDecision decision;
    decision.body_bytes_max = 32u << 20;
    return decision;
  }
  Response handle(Request& request, Admission*) override {
    bytes += request.body.size();
    return Response(204);
  }
  std::atomic<std::uint64_t> bytes{0};
};

double cpu_seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

int connect_to(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) std::exit(1);
  return socket;
}

// Returns the CPU seconds of this client.
double push(std::uint16_t port, std::size_t body_bytes, int requests) {
  const double before = cpu_seconds(CLOCK_THREAD_CPUTIME_ID);
  const std::string request =
      "POST /api/v1/push HTTP/1.1\r\nHost: localhost:9009\r\nUser-Agent: Prometheus/3.14.0\r\n"
      "Content-Encoding: snappy\r\nContent-Type: application/x-protobuf\r\nX-Prometheus-Remote-Write-Version: 0.1.0\r\n"
      "X-Scope-Orgid: mesh\r\nAuthorization: Bearer 0123456789abcdef0123456789abcdef\r\nContent-Length: " +
      std::to_string(body_bytes) + "\r\n\r\n" + std::string(body_bytes, 'b');
  const int socket = connect_to(port);
  char answer[4096];
  for (int i = 0; i < requests; ++i) {
    for (std::size_t sent = 0; sent < request.size();) {
      const auto n = ::send(socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) std::exit(1);
      sent += static_cast<std::size_t>(n);
    }
    const auto got = ::recv(socket, answer, sizeof(answer), 0);
    if (got < 12 || std::string_view(answer + 9, 3) != "204") std::exit(1);
  }
  ::close(socket);
  return cpu_seconds(CLOCK_THREAD_CPUTIME_ID) - before;
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int at, int otherwise) { return argc > at ? std::atoi(argv[at]) : otherwise; };
  const auto body_bytes = static_cast<std::size_t>(argument(1, 200'000));
  const int connections = argument(2, 4), requests = argument(3, 20'000) / connections;

  Router router;
  const auto handler = std::make_shared<Discard>();
  router.add({Method::post}, "/api/v1/push", handler);
  HttpObserver observer;
  ServerOptions options;
  options.port = 0;
  HttpServer server(options, router, observer);
  if (!server.start()) return 1;

  const double cpu_before = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID);
  const auto wall_before = std::chrono::steady_clock::now();
  std::vector<std::thread> clients;
  std::vector<double> client_cpu(static_cast<std::size_t>(connections));
  for (auto& cpu : client_cpu) clients.emplace_back([&] { cpu = push(server.port(), body_bytes, requests); });
  for (auto& client : clients) client.join();
  const double wall = std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_before).count();
  double cpu = cpu_seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu_before;
  for (const double of_client : client_cpu) cpu -= of_client;

  const double total = requests * connections;
  if (handler->bytes != static_cast<std::uint64_t>(total) * body_bytes) return 1;
  std::printf(
      "%.0f requests of %zu bytes, %d connections: %.1f us CPU per request, %.1f ns per sample, %.0f requests/s\n",
      total, body_bytes, connections, 1e6 * cpu / total, 1e9 * cpu / total / kSamplesPerRequest, total / wall);
  return 0;
}
