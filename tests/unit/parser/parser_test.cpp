// What scripts cannot see of the parser: the arena, limits, the parts of a result besides the tree.
#include "Parser/parser.h"

#include <gtest/gtest.h>

#include <string>

#include "Parser/dump.h"

namespace minipy {
namespace {

std::string dumped(const std::string& source, ParseOptions options = {}) {
  ast::Arena arena;
  const ParseResult result = parse(arena, source, options);
  if (!result.tree) return "error: " + std::string(result.error.message);
  return ast::dump(*result.tree, {.include_attributes = false});
}

TEST(Arena, NamesAreStoredOnce) {
  ast::Arena arena;
  std::string first = "spam";
  const ast::Identifier spam = arena.intern(first);
  for (int i = 0; i < 2000; ++i) arena.intern("name" + std::to_string(i));
  EXPECT_EQ(spam, arena.intern("spam"));
  EXPECT_EQ(spam.index(), 0u);
  EXPECT_EQ(arena.identifier_count(), 2001u);
  first[0] = '?';
  EXPECT_EQ(spam.text(), "spam");
}

TEST(Arena, LargeRequestsDoNotDisturbSmallOnes) {
  ast::Arena arena;
  char* before = static_cast<char*>(arena.allocate(8));
  arena.allocate(10'000'000);
  char* after = static_cast<char*>(arena.allocate(8));
  EXPECT_EQ(after - before, 8);
}

TEST(Parser, TreesAreMadeFromOutsideToo) {
  ast::Arena arena;
  ast::ExprNode* name =
      arena.make<ast::Name>(ast::Location{1, 0, 1, 1}, arena.intern("x"), ast::ExprContext::Load);
  ast::ModNode* tree = arena.make<ast::Expression>(name);
  EXPECT_EQ(ast::dump(*tree, {.include_attributes = false}),
            "Expression(body=Name(id='x', ctx=Load()))");
}

TEST(Parser, NumbersKeepTheirValue) {
  EXPECT_EQ(dumped("9223372036854775807"),
            "Module(body=[Expr(value=Constant(value=9223372036854775807))], type_ignores=[])");
  EXPECT_EQ(
      dumped("0xffff_ffff_ffff_ffff_ffff"),
      "Module(body=[Expr(value=Constant(value=1208925819614629174706175))], type_ignores=[])");
  ast::Arena arena;
  ParseOptions options;
  options.mode = ParseMode::Expression;
  const ParseResult result = parse(arena, "18446744073709551616", options);
  const auto& constant = result.tree->as<ast::Expression>().body->as<ast::Constant>().value;
  EXPECT_EQ(constant.kind, ast::ConstantKind::BigInt);
  EXPECT_EQ(constant.text, "10000000000000000");
}

TEST(Parser, DeepNestingIsAnErrorAndNoCrash) {
  ast::Arena arena;
  const ParseResult by_depth = parse(arena, std::string(100'000, '-') + "1");
  EXPECT_EQ(by_depth.error.kind, ErrorKind::MemoryError);
  ParseOptions options;
  options.stack_limit = static_cast<const char*>(__builtin_frame_address(0)) - 64 * 1024;
  const ParseResult by_stack = parse(arena, std::string(5000, '-') + "1", options);
  EXPECT_EQ(by_stack.error.kind, ErrorKind::MemoryError);
  const ParseResult in_diagnosis = parse(arena, std::string(190, '(') + "1 2", options);
  EXPECT_FALSE(in_diagnosis.tree);
}

TEST(Parser, WarningsComeOnceAndInOrder) {
  ast::Arena arena;
  const ParseResult result = parse(arena, "with (a, '\\d'): pass\nx = 1if y else b'\\q'\n");
  ASSERT_EQ(result.warnings.size(), 3u);
  EXPECT_EQ(result.warnings[0].message, "invalid escape sequence '\\d'");
  EXPECT_EQ(result.warnings[1].message, "invalid decimal literal");
  EXPECT_EQ(result.warnings[1].kind, WarningKind::SyntaxWarning);
  EXPECT_EQ(result.warnings[2].location.line, 2);
}

TEST(Parser, EncodingIsReported) {
  ast::Arena arena;
  EXPECT_EQ(parse(arena, "# coding: latin-1\nx = '\xe9'\n").encoding, "iso-8859-1");
  EXPECT_EQ(parse(arena, "\xEF\xBB\xBFx = 1\n").encoding, "utf-8");
  EXPECT_EQ(parse(arena, "x = 1\n").encoding.data(), nullptr);
}

TEST(Parser, OtherEncodingsGoThroughTheHook) {
  ast::Arena arena;
  EXPECT_EQ(parse(arena, "# coding: rot13\nk = 1\n").error.message, "unknown encoding: rot13");
  parser_hooks.decode = [](ast::Arena&, ast::Text, ast::Text, ast::Text& decoded, ast::Text&) {
    decoded = "# coding: rot13\nx = 1\n";
    return true;
  };
  EXPECT_TRUE(parse(arena, "# coding: rot13\nk = 1\n").tree);
  parser_hooks.decode = nullptr;
}

TEST(Parser, OlderGrammarsAreRefusedByVersion) {
  ParseOptions options;
  options.feature_version = 7;
  EXPECT_EQ(dumped("(x := 1)", options),
            "error: Assignment expressions are only supported in Python 3.8 and greater");
  options.feature_version = 6;
  EXPECT_EQ(dumped("async = 1", options),
            "Module(body=[Assign(targets=[Name(id='async', ctx=Store())], "
            "value=Constant(value=1))], type_ignores=[])");
}

TEST(Parser, IncompleteInputIsToldApart) {
  ast::Arena arena;
  ParseOptions options;
  options.mode = ParseMode::Interactive;
  options.allow_incomplete_input = options.dont_imply_dedent = true;
  EXPECT_EQ(parse(arena, "if x:\n", options).error.kind, ErrorKind::Incomplete);
  EXPECT_EQ(parse(arena, "x = = 1\n", options).error.kind, ErrorKind::SyntaxError);
}

}  // namespace
}  // namespace minipy
