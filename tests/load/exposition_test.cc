// Goal: what is served, joined with what the scrape adds, is the mesh: series for series and value for value.

#include "load/serve/exposition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "load/serve/agent_config.h"
#include "load/serve/scrape_server.h"

namespace sluice::load {
namespace {

using testing::HasSubstr;
constexpr std::int64_t kNow = 1'795'000'000'000;

MeshSpec small_mesh() {
  MeshSpec spec;
  spec.size.services = 2;
  spec.size.pods = 1;
  return spec;
}

// The text format as far as pages use it: no escapes occur in mesh labels.
std::map<Labels, double> parse_page(const std::string& page, const std::vector<Label>& added) {
  std::map<Labels, double> series;
  std::istringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    std::vector<Label> labels;
    const std::size_t brace = line.find('{'), space = line.rfind(' ');
    labels.push_back({"__name__", line.substr(0, std::min(brace, line.find(' ')))});
    for (std::size_t at = brace == std::string::npos ? space : brace + 1; at < space - 1;) {
      const std::size_t equals = line.find("=\"", at), end = line.find('"', equals + 2);
      labels.push_back({line.substr(at, equals - at), line.substr(equals + 2, end - equals - 2)});
      at = end + 2;
    }
    for (const Label& label : added) {
      const auto same = [&](const Label& own) { return own.name == label.name; };
      if (std::none_of(labels.begin(), labels.end(), same)) labels.push_back(label);  // honor_labels
    }
    series.emplace(Labels::sorted(std::move(labels)), std::stod(line.substr(space + 1)));
  }
  return series;
}

TEST(Exposition, PagesAreTheMesh) {
  const Mesh mesh(small_mesh());
  const Exposition exposition(mesh);
  std::map<Labels, double> served, expected;
  for (std::size_t page = 0; page < exposition.page_count(); ++page) {
    std::size_t first = 0;
    while (mesh.targets()[first].page != page) ++first;
    served.merge(parse_page(exposition.page(page, 5, kNow), mesh.target_labels(first, mesh.life(first, kNow))));
  }
  for (std::size_t t = 0; t < mesh.targets().size(); ++t) {
    std::vector<double> values(mesh.targets()[t].place_count);
    mesh.values(t, kNow, kNow, 5, mesh.places(t), values);
    mesh.describe(t, kNow, mesh.places(t), [&](std::uint32_t index, std::span<const LabelRef> labels) {
      std::vector<Label> owned;
      for (const LabelRef& label : labels) owned.push_back({std::string(label.name), std::string(label.value)});
      const Labels all(std::move(owned));
      const std::string_view name = all.get("__name__");
      if (name != "up" && !name.starts_with("scrape_")) expected.emplace(all, values[index]);
    });
  }
  ASSERT_EQ(served.size(), expected.size());
  for (auto s = served.begin(), e = expected.begin(); s != served.end(); ++s, ++e) {
    ASSERT_EQ(s->first, e->first);
    ASSERT_EQ(s->second, e->second) << s->first.text();
  }
}

TEST(Exposition, EachFamilyIsAnnouncedOnceOnAPage) {
  const Mesh mesh(small_mesh());
  std::istringstream lines(Exposition(mesh).page(0, 0, kNow));
  std::set<std::string> types;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("# TYPE")) {
      EXPECT_TRUE(types.insert(line).second) << line;
    }
  EXPECT_THAT(types, testing::Contains("# TYPE istio_request_bytes histogram"));
}

TEST(ScrapeServer, ServesPagesAndTheListOfThem) {
  const Mesh mesh(small_mesh());
  const Exposition exposition(mesh);
  const SystemClock clock;
  boost::asio::io_context io;
  ScrapeServer server(io, exposition, 0, clock);
  ASSERT_TRUE(server.listen("127.0.0.1", "0"));
  std::thread thread([&] { io.run(); });
  const auto ask = [&](const std::string& path) {
    boost::asio::io_context mine;
    boost::asio::ip::tcp::socket socket(mine);
    const std::string address = server.address();
    const auto port = static_cast<unsigned short>(std::stoi(address.substr(address.rfind(':') + 1)));
    socket.connect({boost::asio::ip::address_v4::loopback(), port});
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    boost::asio::write(socket, boost::asio::buffer(request));
    socket.shutdown(boost::asio::ip::tcp::socket::shutdown_send);
    std::string answer;
    boost::system::error_code end_of_file;
    boost::asio::read(socket, boost::asio::dynamic_buffer(answer), end_of_file);
    return answer;
  };
  EXPECT_THAT(ask("/t/0"), HasSubstr("istio_requests_total{"));
  EXPECT_THAT(ask("/http_sd"), HasSubstr("\"__metrics_path__\":\"/t/0\""));
  EXPECT_THAT(ask("/t/99999"), HasSubstr("404"));
  EXPECT_THAT(ask("/t/0x"), HasSubstr("404"));
  io.stop();
  thread.join();
}

TEST(AgentConfig, NamesTheReceiverAndWhoIsAsking) {
  const std::string yaml = agent_config_yaml({.served_at = "127.0.0.1:9",
                                              .push_url = "http://r/api/v1/push",
                                              .tenant = "demo",
                                              .token = "to\"ken",
                                              .bearer = false,
                                              .interval_ms = 5000,
                                              .external_labels = {{"cluster", "c"}}});
  for (const char* part : {"honor_labels: true", "http://127.0.0.1:9/http_sd", "url: http://r/api/v1/push",
                           "X-Scope-OrgID: \"demo\"", "password: \"to\\\"ken\"", "cluster: \"c\"", "5000ms"})
    EXPECT_THAT(yaml, HasSubstr(part));
}

}  // namespace
}  // namespace sluice::load
