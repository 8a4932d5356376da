#include "Compiler/fold_format.h"

#include <optional>
#include <string>
#include <vector>

namespace minipy {
namespace {

using namespace ast;

// Parts made up here belong to no place in the source.
constexpr Location kNowhere{-1, -1, -1, -1};
constexpr int kMaxDigits = 3;

class FormatParser {
 public:
  FormatParser(Arena& arena, Text format) : arena_(arena), format_(format) {}

  bool is_at_end() const { return position_ >= format_.size(); }

  // The text up to the next conversion, with %% for %; null if there is none.
  Constant* parse_literal() {
    const size_t start = position_;
    std::string text;
    while (!is_at_end()) {
      if (format_[position_] == '%') {
        if (position_ + 1 >= format_.size() || format_[position_ + 1] != '%') break;
        ++position_;
      }
      text += format_[position_++];
    }
    if (position_ == start) return nullptr;
    return arena_.make<Constant>(kNowhere, ConstantValue::of_str(arena_.copy_text(text)), Text());
  }

  FormattedValue* parse_conversion(ExprNode* value) {
    ++position_;  // %
    bool is_left_justified = false;
    std::optional<char> next = take();
    while (next && Text("-+ #0").find(*next) != Text::npos) {
      if (*next == '-') is_left_justified = true;
      next = take();
    }
    int width = -1;
    int precision = -1;
    if (!parse_number(next, width)) return nullptr;
    if (next == '.') {
      next = take();
      precision = 0;
      if (!parse_number(next, precision)) return nullptr;
    }
    if (!next || (*next != 's' && *next != 'r' && *next != 'a')) return nullptr;
    return arena_.make<FormattedValue>(value->location, value, int32_t{*next},
                                       make_specification(is_left_justified, width, precision));
  }

 private:
  std::optional<char> take() {
    if (is_at_end()) return std::nullopt;
    return format_[position_++];
  }

  bool parse_number(std::optional<char>& next, int& number) {
    if (!next) return false;
    if (*next < '0' || *next > '9') return true;
    number = 0;
    for (int digits = 1; next && *next >= '0' && *next <= '9'; ++digits) {
      number = number * 10 + (*next - '0');
      next = take();
      if (!next || digits >= kMaxDigits) return false;
    }
    return true;
  }

  ExprNode* make_specification(bool is_left_justified, int width, int precision) {
    std::string text;
    if (!is_left_justified && width > 0) text += '>';
    if (width >= 0) text += std::to_string(width);
    if (precision >= 0) text += "." + std::to_string(precision);
    if (text.empty()) return nullptr;
    return arena_.make<Constant>(kNowhere, ConstantValue::of_str(arena_.copy_text(text)), Text());
  }

  Arena& arena_;
  Text format_;
  size_t position_ = 0;
};

}  // namespace

JoinedStr* make_joined_str(Arena& arena, const Location& location, Text format,
                           Sequence<ExprNode*> items) {
  FormatParser parser(arena, format);
  std::vector<ExprNode*> values;
  for (size_t used = 0;; ++used) {
    if (Constant* literal = parser.parse_literal()) values.push_back(literal);
    if (parser.is_at_end()) {
      if (used < items.size()) return nullptr;
      break;
    }
    if (used >= items.size()) return nullptr;
    FormattedValue* value = parser.parse_conversion(items[used]);
    if (!value) return nullptr;
    values.push_back(value);
  }
  return arena.make<JoinedStr>(location, arena.copy_sequence(values.data(), values.size()));
}

}  // namespace minipy
