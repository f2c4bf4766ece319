#include "server/http/work_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace sluice::server {
namespace {

struct Named : Queued {
  explicit Named(std::string text) : name(std::move(text)) {}
  std::string name;
};

TEST(TurnQueue, KeysTakeTurnsAndKeepTheirOwnOrder) {
  Named a1("a1"), a2("a2"), a3("a3"), b1("b1"), b2("b2"), c1("c1");
  TurnQueue queue;
  for (Named* a : {&a1, &a2, &a3}) queue.push(1, *a);
  for (Named* b : {&b1, &b2}) queue.push(2, *b);
  queue.push(3, c1);
  std::string order;
  while (!queue.empty()) order += static_cast<Named&>(queue.pop()).name + " ";
  EXPECT_EQ(order, "a1 b1 c1 a2 b2 a3 ");
}

TEST(TurnQueue, AKeyThatComesBackGoesToTheEnd) {
  Named a1("a1"), a2("a2"), b1("b1");
  TurnQueue queue;
  queue.push(1, a1);
  queue.push(2, b1);
  EXPECT_EQ(&queue.pop(), &a1);
  queue.push(1, a2);
  EXPECT_EQ(&queue.pop(), &b1);
  EXPECT_EQ(&queue.pop(), &a2);
  EXPECT_TRUE(queue.empty());
}

struct Count : WorkPool::Job {
  explicit Count(std::atomic<int>& done_count) : done(done_count) {}
  void run() override { ++done; }
  std::atomic<int>& done;
};

TEST(WorkPool, RunsEverythingBeforeItEnds) {
  std::atomic<int> done{0};
  std::vector<Count> jobs(1000, Count(done));
  {
    WorkPool pool("test", 3, 10);
    for (std::size_t i = 0; i < jobs.size(); ++i) pool.submit(jobs[i], i % 7);
  }
  EXPECT_EQ(done, 1000);
}

TEST(WorkPool, SeatsAreBoundedAndGivenBack) {
  WorkPool pool("test", 1, 2);
  auto first = pool.try_seat();
  {
    const auto second = pool.try_seat();
    EXPECT_TRUE(first && second);
    EXPECT_FALSE(pool.try_seat());
  }
  EXPECT_EQ(pool.seats_taken(), 1u);
  EXPECT_TRUE(pool.try_seat());
}

}  // namespace
}  // namespace sluice::server
