// Goal: the same bits as Go. Method: what a Go program wrote (tests/oracle/gomath, `--golden`), line by line.
#include "promql/gomath/gomath.h"

#include <gtest/gtest.h>

#include <bit>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/promql/gomath/functions.h"

namespace sluice::promql::go {
namespace {

struct Line {
  std::string text;
  std::vector<double> arguments;
  double answer = 0;
};

// "Pow 0x1p+01 0x1.8p+01 0x1p+03": the function, its arguments, what Go answers.
std::vector<Line> lines_of(std::string_view function) {
  std::ifstream file(SLUICE_GOLDEN);
  std::vector<Line> lines;
  for (std::string text; std::getline(file, text);) {
    std::istringstream words(text);
    std::string word;
    words >> word;
    if (word != function) continue;
    Line line{text, {}, 0};
    while (words >> word) line.arguments.push_back(std::strtod(word.c_str(), nullptr));
    line.answer = line.arguments.back();
    line.arguments.pop_back();
    lines.push_back(line);
  }
  return lines;
}

double call(const Function& function, const std::vector<double>& arguments) {
  return function.of_one ? function.of_one(arguments.at(0)) : function.of_two(arguments.at(0), arguments.at(1));
}

class GoAnswers : public testing::TestWithParam<Function> {};

TEST_P(GoAnswers, AreOursToTheLastBit) {
  const auto lines = lines_of(GetParam().name);
  EXPECT_GE(lines.size(), 50u);
  for (const Line& line : lines) {
    const double ours = call(GetParam(), line.arguments);
    if (std::isnan(line.answer)) {
      EXPECT_TRUE(std::isnan(ours)) << line.text;
    } else {
      EXPECT_EQ(std::bit_cast<std::uint64_t>(ours), std::bit_cast<std::uint64_t>(line.answer)) << line.text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Math, GoAnswers, testing::ValuesIn(kFunctions),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(GoMath, HasTheOdditiesOfGo) {
  EXPECT_EQ(exp(709.5), HUGE_VAL) << "though e^709.5 is 1.3e308";
  EXPECT_EQ(log(5e-324), -709.0895657128241) << "though ln 2^-1074 is -744.4";
  EXPECT_EQ(log2(5e-324), -1074) << "log2 looks whether its argument is denormal";
}

TEST(GoMath, MaxAndMinFollowGoAndNotIeee) {
  EXPECT_TRUE(std::isnan(max(1, NAN)));
  EXPECT_EQ(max(HUGE_VAL, NAN), HUGE_VAL);
  EXPECT_EQ(min(-HUGE_VAL, NAN), -HUGE_VAL);
  EXPECT_FALSE(std::signbit(max(-0.0, 0.0)));
  EXPECT_TRUE(std::signbit(min(-0.0, 0.0)));
}

}  // namespace
}  // namespace sluice::promql::go
