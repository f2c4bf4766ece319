#include "storage/index/symbol_table.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>

namespace sluice::storage {
namespace {

TEST(SymbolTable, GivesDenseIdsAndOneIdPerText) {
  SymbolTable symbols;
  for (std::uint32_t i = 0; i < 20'000; ++i) EXPECT_EQ(symbols.intern("value-" + std::to_string(i)), SymbolId(i));
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::string text = "value-" + std::to_string(i);
    EXPECT_EQ(symbols.intern(text), SymbolId(i));
    EXPECT_EQ(symbols.find(text), SymbolId(i));
    EXPECT_EQ(symbols.text(SymbolId(i)), text);
  }
  EXPECT_EQ(symbols.size(), 20'000u);
  EXPECT_EQ(symbols.find("value-20000"), std::nullopt);
}

TEST(SymbolTable, KeepsEmptyBinaryAndLongTexts) {
  SymbolTable symbols;
  const std::string texts[] = {"", std::string("a\0b", 3), std::string(127, 'x'), std::string(128, 'y'),
                               std::string(300'000, 'z')};
  for (const auto& text : texts) EXPECT_EQ(symbols.text(symbols.intern(text)), text);
  for (const auto& text : texts) EXPECT_EQ(symbols.text(*symbols.find(text)), text);
}

// Goal: readers beside the writer see whole texts only (the thread sanitizer watches the rest).
TEST(SymbolTable, ReadersRunBesideTheWriter) {
  SymbolTable symbols;
  std::atomic<bool> done{false};
  std::thread reader([&] {
    while (!done) {
      const std::uint32_t size = symbols.size();
      if (size == 0) continue;
      EXPECT_EQ(symbols.text(SymbolId(size - 1)), std::to_string(size - 1));
      EXPECT_EQ(symbols.find("0"), SymbolId(0));
    }
  });
  symbols.intern("0");
  for (int i = 1; i < 50'000; ++i) symbols.intern(std::to_string(i));
  done = true;
  reader.join();
}

}  // namespace
}  // namespace sluice::storage
