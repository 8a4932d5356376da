// What machine code knows (VM/jit/knowledge.h).
#include "VM/jit/knowledge.h"

#include <gtest/gtest.h>

namespace minipy::jit {
namespace {

constexpr uint32_t kFirstOfInstances = 100;

Known& learn(Knowledge& knowledge, uint32_t number, Fact fact, int8_t general = -1, uint32_t shape = 0) {
  Known& known = knowledge.about(number);
  known.fact = fact;
  known.general = general;
  known.shape = shape;
  return known;
}

TEST(Knowledge, IsForgottenByRegister) {
  Knowledge knowledge;
  EXPECT_TRUE(knowledge.is_empty());
  learn(knowledge, 3, Fact::Int);
  learn(knowledge, 4, Fact::Double);
  knowledge.forget(3);
  EXPECT_EQ(knowledge.find(3), nullptr);
  ASSERT_NE(knowledge.find(4), nullptr);
  EXPECT_EQ(knowledge.find(4)->fact, Fact::Double);
}

TEST(Knowledge, GivesUpTheOldestForANewOne) {
  Knowledge knowledge;
  for (uint32_t number = 0; number <= Knowledge::kMost; ++number) learn(knowledge, number, Fact::Int);
  EXPECT_EQ(knowledge.find(0), nullptr);
  EXPECT_NE(knowledge.find(1), nullptr);
  EXPECT_NE(knowledge.find(Knowledge::kMost), nullptr);
}

TEST(Knowledge, OfACopyEndsWithItButTheTypeStays) {
  Knowledge knowledge;
  learn(knowledge, 1, Fact::Int, 9);
  learn(knowledge, 2, Fact::Nothing, 9);
  knowledge.give_up_general(9);
  ASSERT_NE(knowledge.find(1), nullptr);
  EXPECT_EQ(knowledge.find(1)->general, -1);
  EXPECT_EQ(knowledge.find(2), nullptr);
}

TEST(Knowledge, AfterCppOnlyWhatPythonCannotChangeIsKnown) {
  Knowledge knowledge;
  learn(knowledge, 1, Fact::Int, 9);
  learn(knowledge, 2, Fact::Shape, 10, kFirstOfInstances);
  learn(knowledge, 3, Fact::Shape, 11, kFirstOfInstances - 1);
  knowledge.set_epoch();
  knowledge.forget_copies(kFirstOfInstances);
  EXPECT_FALSE(knowledge.epoch());
  EXPECT_EQ(knowledge.find(1)->fact, Fact::Int);
  EXPECT_EQ(knowledge.find(2), nullptr);
  EXPECT_EQ(knowledge.find(3)->fact, Fact::Shape);
  EXPECT_EQ(knowledge.find(3)->general, -1);
}

}  // namespace
}  // namespace minipy::jit
