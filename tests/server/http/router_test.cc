#include <gtest/gtest.h>

#include "server/http/handler.h"

namespace sluice::server {
namespace {

class Nothing final : public Handler {
 public:
  Pool pool() const override { return Pool::inline_io; }
  AdmitDecision admit(const RequestHead&) override { return {}; }
  Response handle(Request&, Admission*) override { return Response(200); }
};

class Routing : public testing::Test {
 protected:
  Routing() {
    router_.add({Method::get}, "/api/v1/labels", labels_get_);
    router_.add({Method::post}, "/api/v1/labels", labels_post_);
    router_.add({Method::get}, "/api/v1/label/*/values", values_);
  }
  Router router_;
  std::shared_ptr<Handler> labels_get_ = std::make_shared<Nothing>(), labels_post_ = std::make_shared<Nothing>(),
                           values_ = std::make_shared<Nothing>();
};

TEST_F(Routing, ChoosesByMethodAndPath) {
  EXPECT_EQ(router_.find(Method::get, "/api/v1/labels").handler, labels_get_.get());
  EXPECT_EQ(router_.find(Method::post, "/api/v1/labels").handler, labels_post_.get());
}

TEST_F(Routing, WrongMethodNamesTheAllowedOnes) {
  const auto match = router_.find(Method::put, "/api/v1/labels");
  EXPECT_EQ(match.handler, nullptr);
  EXPECT_EQ(match.allow, "GET, POST");
}

TEST_F(Routing, UnknownPathAllowsNothing) {
  const auto match = router_.find(Method::get, "/api/v1/label");
  EXPECT_EQ(match.handler, nullptr);
  EXPECT_EQ(match.allow, "");
}

TEST_F(Routing, AStarIsExactlyOneSegment) {
  const auto match = router_.find(Method::get, "/api/v1/label/U__a_2e_b/values");
  EXPECT_EQ(match.handler, values_.get());
  EXPECT_EQ(match.route, "/api/v1/label/*/values");
  EXPECT_EQ(router_.find(Method::get, "/api/v1/label//values").handler, nullptr);
  EXPECT_EQ(router_.find(Method::get, "/api/v1/label/a/b/values").handler, nullptr);
  EXPECT_EQ(router_.find(Method::get, "/api/v1/label/values").handler, nullptr);
}

}  // namespace
}  // namespace sluice::server
