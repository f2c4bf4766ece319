#include "server/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "server/config/flags.h"
#include "server/config/reloader.h"
#include "server/config/units.h"

namespace sluice::server {
namespace {

using testing::HasSubstr;

Result<Config> parse(const std::string& yaml, const Overrides& overrides = {}) {
  return parse_config(yaml, "sluice.yaml", overrides);
}

std::string token_yaml(const std::string& rest) {
  return "tenants: {mesh: {}, lab: {}}\nauth:\n  tokens:\n    - " + rest + "\n";
}
const std::string kHash = std::string(64, 'a');

TEST(Config, WithoutAFileIsOpenOnLoopback) {
  const auto config = load_config("", {});
  ASSERT_TRUE(config) << config.error().detail();
  EXPECT_EQ(config->server.host, "127.0.0.1");
  EXPECT_EQ(config->server.port, 9009);
  EXPECT_TRUE(config->rules.open);
  EXPECT_EQ(config->rules.defaults.storage.labels_per_series_max, StorageLimits().labels_per_series_max);
}

TEST(Config, FlagsWinOverTheFile) {
  const auto config = parse("server: {listen: '127.0.0.1:1'}\nstorage: {data_dir: /a}\n", {"127.0.0.2:7", "/b"});
  ASSERT_TRUE(config) << config.error().detail();
  EXPECT_EQ(config->server.host, "127.0.0.2");
  EXPECT_EQ(config->server.port, 7);
  EXPECT_EQ(config->storage.data_dir, "/b");
}

TEST(Config, UnitsMayBeWritten) {
  const auto config = parse("limits: {retention_ms: 30d, body_bytes_max: 4MiB, future_ms_max: 1500}\n");
  ASSERT_TRUE(config) << config.error().detail();
  EXPECT_EQ(config->rules.defaults.storage.retention_ms, 30LL * 86'400'000);
  EXPECT_EQ(config->rules.defaults.body_bytes_max, 4u << 20);
  EXPECT_EQ(config->rules.defaults.storage.future_ms_max, 1500);
}

TEST(Config, TenantsStartFromTheDefaults) {
  const auto config = parse(
      "limits: {active_series_max: 10, ingestion_rate: 5}\n"
      "tenants: {mesh: {limits: {active_series_max: 20, rate_refusal_status: 503}}, lab: }\n");
  ASSERT_TRUE(config) << config.error().detail();
  const auto& mesh = config->rules.limits_of(TenantId::parse("mesh").value());
  const auto& lab = config->rules.limits_of(TenantId::parse("lab").value());
  EXPECT_EQ(mesh.storage.active_series_max, 20u);
  EXPECT_EQ(mesh.ingestion_rate, 5);
  EXPECT_EQ(mesh.rate_refusal_status, 503);
  EXPECT_EQ(lab.storage.active_series_max, 10u);
}

TEST(Config, TokensCloseTheDoor) {
  const auto config =
      parse(token_yaml("{name: agent, sha256: " + kHash + ", tenants: [mesh, lab], scopes: [write, read]}"),
            {"0.0.0.0:9009", ""});
  ASSERT_TRUE(config) << config.error().detail();
  EXPECT_FALSE(config->rules.open);
  ASSERT_EQ(config->rules.tokens.size(), 1u);
  const TokenRule& token = config->rules.tokens[0];
  EXPECT_EQ(token.sha256, std::string(32, '\xaa'));
  EXPECT_EQ(token.tenants.size(), 2u);
  EXPECT_TRUE(token.may(Scope::write) && token.may(Scope::read));
  EXPECT_FALSE(token.may(Scope::admin) || token.may(Scope::rules));
}

TEST(Config, OpenModeBeyondLoopbackMustBeAskedForByName) {
  EXPECT_THAT(load_config("", {"0.0.0.0:9009", ""}).error().detail(), HasSubstr("auth: {open: true}"));
  EXPECT_THAT(parse("auth: {open: false}", {"10.0.0.1:9009", ""}).error().detail(), HasSubstr("auth: {open: true}"));
  EXPECT_FALSE(parse("server: {listen: '[::]:9009'}"));
  EXPECT_TRUE(parse("server: {listen: '[::1]:9009'}"));
  EXPECT_TRUE(parse("auth: {open: true}", {"0.0.0.0:9009", ""}));
}

struct Mistake {
  std::string name, yaml;
  std::vector<std::string> said;
};
class ConfigMistake : public testing::TestWithParam<Mistake> {};
TEST_P(ConfigMistake, IsNamedWithItsPlace) {
  const auto config = parse(GetParam().yaml);
  ASSERT_FALSE(config.has_value());
  for (const auto& part : GetParam().said) EXPECT_THAT(config.error().detail(), HasSubstr(part));
}
const Mistake kMistakes[] = {
    {"UnknownSection", "limit: {}\n", {"sluice.yaml:1: limit: unknown key", "limits"}},
    {"UnknownKey",
     "limits:\n  retention_ms: 1d\n  labels_per_serie_max: 5\n",
     {"sluice.yaml:3: limits.labels_per_serie_max: unknown key", "labels_per_series_max"}},
    {"UnknownKeyOfATenant",
     "tenants:\n  mesh:\n    limits:\n      nope: 1\n",
     {"sluice.yaml:4: tenants.mesh.limits.nope"}},
    {"Twice", "limits: {exemplars_max: 1}\nserver: {}\nlimits: {}\n", {"sluice.yaml:3: limits: appears twice"}},
    {"OutOfRange",
     "limits: {labels_per_series_max: 0}\n",
     {"limits.labels_per_series_max: must be between 1 and 10000"}},
    {"Negative", "limits: {out_of_order_window_ms: -5}\n", {"must be between 0"}},
    {"NotANumber", "limits: {active_series_max: many}\n", {"must be a whole number"}},
    {"NotADuration", "limits: {retention_ms: 15 days}\n", {"must be milliseconds, or a duration"}},
    {"NotASize", "limits: {body_bytes_max: 5MB}\n", {"must be bytes, or a size"}},
    {"NumberTooLong", "limits: {retention_ms: 99999999999999999999}\n", {"must be milliseconds"}},
    {"NotAMapping", "limits: [1, 2]\n", {"limits: must be a mapping"}},
    {"NotYaml", "limits: {a: [}\n", {"sluice.yaml:1: YAML"}},
    {"BadListen", "server: {listen: localhost}\n", {"server.listen", "HOST:PORT"}},
    {"BadChoice", "storage: {durability: maybe}\n", {"storage.durability: must be one of: sync, async"}},
    {"BadStatus", "limits: {rate_refusal_status: 500}\n", {"must be one of: 429, 503"}},
    {"BadTenant", "tenants: {'a/b': {}}\n", {"tenants.a/b: tenant ID contains a character"}},
    {"UndeclaredTenant",
     token_yaml("{name: a, sha256: " + kHash + ", tenants: [nobody], scopes: [write]}"),
     {"auth.tokens[0].tenants", "'nobody' is not declared"}},
    {"PlainToken", token_yaml("{name: a, sha256: secret, tenants: [mesh], scopes: [write]}"), {"sha256sum"}},
    {"UnknownScope",
     token_yaml("{name: a, sha256: " + kHash + ", tenants: [mesh], scopes: [wriet]}"),
     {"'wriet'", "write"}},
    {"NoScopes", token_yaml("{name: a, sha256: " + kHash + ", tenants: [mesh]}"), {"scopes: must list at least one"}},
    {"NoTenants", token_yaml("{name: a, sha256: " + kHash + ", scopes: [read]}"), {"tenants: must list at least one"}},
    {"NoName", token_yaml("{sha256: " + kHash + ", tenants: [mesh], scopes: [write]}"), {"name: must be set"}},
    {"SameHash",
     token_yaml("{name: a, sha256: " + kHash + ", tenants: [mesh], scopes: [write]}\n    - {name: b, sha256: " + kHash +
                ", tenants: [lab], scopes: [write]}"),
     {"same as that of token 'a'"}},
    {"OpenWithTokens",
     "auth:\n  open: true\n  tokens:\n    - {name: a, sha256: " + kHash + ", scopes: [admin]}\n",
     {"auth.open", "remove one of the two"}},
};
INSTANTIATE_TEST_SUITE_P(Files, ConfigMistake, testing::ValuesIn(kMistakes),
                         [](const auto& info) { return info.param.name; });

TEST(Config, SaysAllMistakesAtOnce) {
  const auto config = parse("limits: {a: 1}\nserver: {b: 2}\n");
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().detail(), HasSubstr("limits.a"));
  EXPECT_THAT(config.error().detail(), HasSubstr("server.b"));
}

TEST(Config, TheExampleIsGood) {
  const auto config = load_config(SLUICE_SOURCE_DIR "/deploy/sluice.example.yaml", {});
  ASSERT_TRUE(config) << config.error().detail();
  EXPECT_FALSE(config->rules.open);
  EXPECT_GE(config->rules.tokens.size(), 3u);
}

TEST(Config, AMissingFileIsAnError) {
  EXPECT_THAT(load_config("/nonexistent/sluice.yaml", {}).error().detail(), HasSubstr("cannot be opened"));
}

TEST(Units, Durations) {
  EXPECT_EQ(parse_duration_text("1h30m"), 5'400'000);
  EXPECT_EQ(parse_duration_text("500ms"), 500);
  EXPECT_EQ(parse_duration_text("1y"), 31'536'000'000);
  for (const char* bad : {"", "h", "5", "30m1h", "1h1h", "1.5h", "99999999999999999y", "-1s"})
    EXPECT_EQ(parse_duration_text(bad), std::nullopt) << bad;
}

TEST(Units, Sizes) {
  EXPECT_EQ(parse_size_text("32MiB"), 32u << 20);
  EXPECT_EQ(parse_size_text("7B"), 7u);
  for (const char* bad : {"", "MiB", "5", "5MB", "5 MiB", "99999999999TiB"})
    EXPECT_EQ(parse_size_text(bad), std::nullopt) << bad;
}

TEST(Units, Addresses) {
  EXPECT_EQ(parse_address(":80")->host, "0.0.0.0");
  EXPECT_FALSE(parse_address(":80")->loopback);
  EXPECT_EQ(parse_address("[::1]:80")->host, "::1");
  EXPECT_TRUE(parse_address("[::1]:80")->loopback);
  EXPECT_TRUE(parse_address("127.1.2.3:80")->loopback);
  for (const char* bad : {"", "80", "host:", "host:x", "host:70000", "::1:80", "host:80x"})
    EXPECT_FALSE(parse_address(bad)) << bad;
}

Result<Flags> flags(std::vector<const char*> arguments) { return parse_flags(arguments); }

TEST(CommandLine, IsReadBothWays) {
  const auto parsed = flags({"--config", "a.yaml", "--listen=:1", "--data-dir", "/d", "--check-config"});
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->config, "a.yaml");
  EXPECT_EQ(parsed->overrides.listen, ":1");
  EXPECT_EQ(parsed->overrides.data_dir, "/d");
  EXPECT_TRUE(parsed->check_config);
  EXPECT_FALSE(parsed->version);
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  EXPECT_FALSE(flags({"--confg", "a"}));
  EXPECT_FALSE(flags({"a.yaml"}));
  EXPECT_FALSE(flags({"--config"}));
  EXPECT_FALSE(flags({"--listen="}));
  EXPECT_FALSE(flags({"--version=1"}));
}

class Reloading : public testing::Test {
 protected:
  Reloading() { write("limits: {active_series_max: 10}\n"); }
  ~Reloading() override { std::remove(file_.c_str()); }
  void write(const std::string& yaml) { std::ofstream(file_) << yaml; }
  Result<Reloader::Outcome> reload() {
    return Reloader(file_, {}, running_, [this](const TenantRules& rules) { applied_.push_back(rules); }).reload();
  }
  const std::string file_ = testing::TempDir() + "sluice_reload_test.yaml";
  const Config running_;
  std::vector<TenantRules> applied_;
};

TEST_F(Reloading, ReplacesTheRules) {
  ASSERT_TRUE(reload());
  ASSERT_EQ(applied_.size(), 1u);
  EXPECT_EQ(applied_[0].defaults.storage.active_series_max, 10u);
}

TEST_F(Reloading, ABadFileChangesNothing) {
  write("limits: {active_series_max: 10}\ntenants: {mesh: {limits: {nope: 1}}}\n");
  const auto outcome = reload();
  ASSERT_FALSE(outcome);
  EXPECT_THAT(outcome.error().detail(), HasSubstr(":2: tenants.mesh.limits.nope"));
  EXPECT_TRUE(applied_.empty());
}

TEST_F(Reloading, AMissingFileChangesNothing) {
  std::remove(file_.c_str());
  EXPECT_FALSE(reload());
  EXPECT_TRUE(applied_.empty());
}

TEST_F(Reloading, SaysWhatNeedsARestart) {
  write("server: {connections_max: 5}\nstorage: {shards: 7}\n");
  const auto outcome = reload();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->needs_restart, (std::vector<std::string>{"server", "storage"}));
}

}  // namespace
}  // namespace sluice::server
