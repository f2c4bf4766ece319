#include "proto/base/tenant_id.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

TEST(TenantId, AcceptsWhatMimirAccepts) {
  EXPECT_EQ(TenantId::parse("team-a_1!.*'()")->text(), "team-a_1!.*'()");
  EXPECT_TRUE(TenantId::parse(std::string(TenantId::kBytesMax, 'x')).has_value());
}

class TenantIdRefuses : public testing::TestWithParam<std::string> {};
TEST_P(TenantIdRefuses, AndSaysWhy) {
  const auto tenant = TenantId::parse(GetParam());
  ASSERT_FALSE(tenant.has_value());
  EXPECT_EQ(tenant.error().code(), Errc::invalid_argument);
  EXPECT_NE(tenant.error().detail().find("tenant ID"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Malformed, TenantIdRefuses,
                         testing::Values("", ".", "..", "a/b", "a b", "a|b", "caf\xc3\xa9", std::string(151, 'x')));

}  // namespace
}  // namespace sluice
