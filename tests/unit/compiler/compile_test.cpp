// What a script cannot see of the compiler: its tables, and code before it becomes an object. That code equals the
// reference's for the whole library is checked by tests/support/dump_code.cpp.
#include "Compiler/compile.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "Compiler/constant_pool.h"
#include "Compiler/fold_values.h"
#include "Compiler/opcodes.h"
#include "Compiler/unparse.h"

namespace minipy {
namespace {

class CompileTest : public testing::Test {
 protected:
  CompileResult compile(const std::string& source, CompileOptions options = {}) {
    sources_.push_back(std::make_unique<std::string>(source));
    return compile_source(arena_, *sources_.back(), options);
  }

  std::string error_of(const std::string& source) {
    const CompileResult result = compile(source);
    if (result.code) return "compiles";
    return std::string(result.error.message) + " @" + std::to_string(result.error.line) + ":" +
           std::to_string(result.error.offset);
  }

  // The names of the instructions, without caches.
  std::string instructions_of(const CodeUnit& code) {
    std::string names;
    for (size_t i = 0; i < code.code.size(); i += 2) {
      const Opcode opcode = static_cast<Opcode>(code.code[i]);
      if (opcode == Opcode::CACHE) continue;
      names += (names.empty() ? "" : " ") + std::string(info(opcode).name);
    }
    return names;
  }

  ast::Arena arena_;
  std::vector<std::unique_ptr<std::string>> sources_;
};

TEST_F(CompileTest, AModuleReturnsNone) {
  const CompileResult result = compile("");
  ASSERT_TRUE(result.code);
  EXPECT_EQ(instructions_of(*result.code), "RESUME LOAD_CONST RETURN_VALUE");
  EXPECT_EQ(result.code->stack_size, 1);
}

TEST_F(CompileTest, AKnownConditionLeavesNoTest) {
  const CompileResult result = compile("if 0:\n  a\nelse:\n  b\n");
  EXPECT_EQ(instructions_of(*result.code), "RESUME NOP LOAD_NAME POP_TOP LOAD_CONST RETURN_VALUE");
}

TEST_F(CompileTest, EqualConstantsOfDifferentTypesStayApart) {
  const CompileResult result = compile("a = [1, 1.0, True, 0.0, -0.0, 1]\n");
  EXPECT_EQ(result.code->constants.size(), 2u);  // the tuple and None
  EXPECT_EQ(result.code->constants[0]->items.size(), 6u);
  EXPECT_EQ(result.code->constants[0]->items[0], result.code->constants[0]->items[5]);
  EXPECT_NE(result.code->constants[0]->items[0], result.code->constants[0]->items[1]);
  EXPECT_NE(result.code->constants[0]->items[3], result.code->constants[0]->items[4]);
}

TEST_F(CompileTest, AFinallyBodyIsCompiledTwiceButItsLambdaIsOneConstant) {
  const CompileResult result = compile("try:\n  a\nfinally:\n  f = lambda: 1\n");
  size_t units = 0;
  for (const PooledConstant* constant : result.code->constants) units += constant->code != nullptr;
  EXPECT_EQ(units, 1u);
}

TEST_F(CompileTest, ErrorsOfEachPassHaveTheirPlace) {
  EXPECT_EQ(error_of("from __future__ import braces\n"), "not a chance @1:1");
  EXPECT_EQ(error_of("def f(a, a): pass\n"), "duplicate argument 'a' in function definition @1:10");
  EXPECT_EQ(error_of("def f():\n  nonlocal x\n"), "no binding for nonlocal 'x' found @2:3");
  EXPECT_EQ(error_of("x = 1\nreturn x\n"), "'return' outside function @2:1");
  EXPECT_EQ(error_of("match x:\n  case a: pass\n  case b: pass\n"),
            "name capture 'a' makes remaining patterns unreachable @2:8");
}

TEST_F(CompileTest, DeepNestingIsAnErrorAndNoCrash) {
  std::string source = "x = 1";
  for (int i = 0; i < 4000; ++i) source += " + y";
  CompileOptions options;
  const CompileResult result = compile(source + "\n", options);
  ASSERT_FALSE(result.code);
  EXPECT_EQ(result.error.kind, ErrorKind::RecursionError);
}

TEST_F(CompileTest, OptimizationLevelsDropAssertionsAndDocstrings) {
  CompileOptions options;
  options.optimize = 2;
  const CompileResult result = compile("\"doc\"\nassert a\nb = __debug__\n", options);
  EXPECT_EQ(instructions_of(*result.code), "RESUME NOP LOAD_CONST STORE_NAME LOAD_CONST RETURN_VALUE");
}

TEST(Opcodes, StackEffectsAreThoseOfDis) {
  EXPECT_EQ(stack_effect(Opcode::FOR_ITER, 0, false), 1);
  EXPECT_EQ(stack_effect(Opcode::FOR_ITER, 0, true), -1);
  EXPECT_EQ(stack_effect(Opcode::UNPACK_EX, 0x0203, false), 5);
  EXPECT_EQ(stack_effect(Opcode::MAKE_FUNCTION, 0xF, false), -4);
  EXPECT_FALSE(is_opcode(3));
  EXPECT_FALSE(is_opcode(240));  // pseudo
}

TEST(FoldValues, RoundsAndRefusesAsPythonDoes) {
  ast::Arena arena;
  const auto fold = [&](ast::Operator op, int64_t left, int64_t right) {
    return fold_binary(arena, op, ast::ConstantValue::of_int(left), ast::ConstantValue::of_int(right));
  };
  EXPECT_EQ(fold(ast::Operator::FloorDiv, -7, 2)->integer, -4);
  EXPECT_EQ(fold(ast::Operator::Mod, -7, 2)->integer, 1);
  EXPECT_EQ(fold(ast::Operator::Div, 1, 3)->real, 1.0 / 3.0);
  EXPECT_FALSE(fold(ast::Operator::Div, 1, 0));
  EXPECT_FALSE(fold(ast::Operator::LShift, 1, 1000));
  EXPECT_EQ(fold(ast::Operator::Pow, 2, 64)->text, "10000000000000000");
  const auto repeated = fold_binary(arena, ast::Operator::Mult, ast::ConstantValue::of_str("ab"), ast::ConstantValue::of_int(3));
  EXPECT_EQ(repeated->text, "ababab");
  EXPECT_FALSE(fold_binary(arena, ast::Operator::Mult, ast::ConstantValue::of_str("ab"), ast::ConstantValue::of_int(3000)));
}

TEST(Unparse, ParenthesisesWhereNeeded) {
  ast::Arena arena;
  const std::string source = "(a + b) * c ** -d, lambda *x, y=1: (yield), f'{x!r:>{w}}', not (a and b), a if b else c, x[1:2, ::3]";
  const ParseResult parsed = parse(arena, source, {.mode = ParseMode::Expression});
  ASSERT_TRUE(parsed.tree);
  EXPECT_EQ(unparse(*parsed.tree->as<ast::Expression>().body),
            "((a + b) * c ** (-d), lambda*x, y=1: (yield), f'{x!r:>{w}}', not (a and b), a if b else c, x[1:2, ::3])");
}

}  // namespace
}  // namespace minipy
