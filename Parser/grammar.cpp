#include "Parser/grammar.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include "Parser/diagnosis_grammar.h"

namespace minipy {
namespace {

using ast::Text;

// Reads the notation that diagnosis_grammar.cpp explains. The text is ours, so a mistake in it ends
// the program.
class GrammarReader {
 public:
  GrammarReader(Text text, Grammar& grammar) : at_(text), grammar_(grammar) {}

  void read() {
    declare_rules();
    for (skip_blanks(); !at_.empty(); skip_blanks()) {
      const int rule = grammar_.find(word());
      if (accept(" (")) read_flags(grammar_.rules[static_cast<size_t>(rule)]);
      expect(":");
      std::vector<GrammarAlternative> alternatives = read_alternatives("\n");
      grammar_.rules[static_cast<size_t>(rule)].alternatives = std::move(alternatives);
    }
  }

 private:
  // A rule begins at the start of a line.
  void declare_rules() {
    for (size_t line = 0; line < at_.size();) {
      const size_t end = std::min(at_.find('\n', line), at_.size());
      if (end > line && std::islower(static_cast<unsigned char>(at_[line]))) {
        const size_t size = at_.find_first_of(" :", line) - line;
        grammar_.rules.push_back({at_.substr(line, size), false, false, false, {}});
      }
      line = end + 1;
    }
  }

  void read_flags(GrammarRule& rule) {
    const Text flag = word();
    rule.is_memoized = flag == "memo";
    rule.is_left_recursive = flag == "left";
    rule.is_quiet = flag == "quiet";
    expect(")");
  }

  // `closer` is ")" or "]" in a group; a rule ends where a line begins with a letter.
  std::vector<GrammarAlternative> read_alternatives(Text closer) {
    std::vector<GrammarAlternative> alternatives(1);
    for (;;) {
      skip_blanks();
      const bool is_rule_end =
          closer == "\n" && (at_.empty() || (is_at_line_start() && at_[0] != '|'));
      if (is_rule_end || (closer != "\n" && accept(closer))) break;
      if (accept("|")) {
        if (!alternatives.back().items.empty()) alternatives.emplace_back();
      } else if (accept("{")) {
        read_action(alternatives.back().action);
      } else {
        alternatives.back().items.push_back(read_item());
      }
    }
    for (GrammarAlternative& alternative : alternatives) {
      const std::vector<GrammarItem>& items = alternative.items;
      alternative.is_for_second_pass = items.size() == 1 &&
                                       items[0].kind == GrammarItem::Kind::Rule &&
                                       items[0].spelling.substr(0, 8) == "invalid_";
    }
    return alternatives;
  }

  GrammarItem read_item() {
    int slot = -1;
    if (at_.size() > 2 && at_[1] == '=' && at_[0] >= 'a' && at_[0] <= 'd') {
      slot = at_[0] - 'a';
      at_.remove_prefix(2);
    }
    GrammarItem::Look look = GrammarItem::Look::Take;
    if (accept("&&")) {
      look = GrammarItem::Look::Forced;
    } else if (accept("&")) {
      look = GrammarItem::Look::Ahead;
    } else if (accept("!")) {
      look = GrammarItem::Look::NotAhead;
    }
    GrammarItem item = read_atom();
    item.slot = slot;
    item.look = look;
    if (at_[0] == '.' && item.kind == GrammarItem::Kind::Token) {
      at_.remove_prefix(1);
      const TokenType separator = item.token;
      item = read_atom();
      item.slot = slot;
      item.separator = separator;
      expect("+");
      item.repeat = GrammarItem::Repeat::Gather;
    } else if (accept("?")) {
      item.repeat = GrammarItem::Repeat::Optional;
    } else if (accept("*")) {
      item.repeat = GrammarItem::Repeat::ZeroOrMore;
    } else if (accept("+")) {
      item.repeat = GrammarItem::Repeat::OneOrMore;
    }
    return item;
  }

  GrammarItem read_atom() {
    GrammarItem item;
    if (accept("~")) {
      item.kind = GrammarItem::Kind::Cut;
    } else if (at_[0] == '\'') {
      const Text spelling = quoted('\'');
      item.spelling = spelling;
      item.token = keyword_or_name(spelling);
      if (item.token == TokenType::Name) item.token = operator_named(spelling);
      if (item.token == TokenType::Unknown) fail("unknown token");
    } else if (at_[0] == '"') {
      item.kind = GrammarItem::Kind::SoftKeyword;
      item.token = TokenType::Name;
      item.spelling = quoted('"');
    } else if (accept("(") || at_[0] == '[') {
      const bool is_optional = accept("[");
      item.kind = GrammarItem::Kind::Rule;
      GrammarRule group{"", false, false, false, read_alternatives(is_optional ? "]" : ")")};
      item.rule = static_cast<int>(grammar_.rules.size());
      grammar_.rules.push_back(std::move(group));
      if (is_optional) item.repeat = GrammarItem::Repeat::Optional;
    } else {
      read_named(item, word());
    }
    return item;
  }

  void read_named(GrammarItem& item, Text name) {
    static const struct {
      Text name;
      TokenType type;
    } kClasses[] = {
        {"NAME", TokenType::Name},
        {"NUMBER", TokenType::Number},
        {"STRING", TokenType::String},
        {"NEWLINE", TokenType::Newline},
        {"INDENT", TokenType::Indent},
        {"DEDENT", TokenType::Dedent},
        {"ASYNC", TokenType::Async},
        {"AWAIT", TokenType::Await},
        {"TYPE_COMMENT", TokenType::TypeComment},
        {"ENDMARKER", TokenType::EndMarker},
    };
    item.spelling = name;
    if (name == "SOFT_KEYWORD") {
      item.kind = GrammarItem::Kind::AnySoftKeyword;
      return;
    }
    for (const auto& known : kClasses) {
      if (known.name == name) {
        item.token = known.type;
        return;
      }
    }
    item.kind = GrammarItem::Kind::Rule;
    item.rule = grammar_.find(name);
    if (item.rule < 0) fail("unknown rule");
  }

  void read_action(GrammarAction& action) {
    using Kind = GrammarAction::Kind;
    for (skip_spaces(); !accept("}"); skip_spaces()) {
      if (at_[0] == '"') {
        action.message = unescaped(quoted('"'));
        continue;
      }
      const Text name = word();
      if (name.size() == 1) {
        action.slots.push_back(name[0] - 'a');
        if (action.kind == Kind::Default) action.kind = Kind::Item;
      } else if (name == "version") {
        action.minimum_version = 0;
        for (skip_spaces(); std::isdigit(static_cast<unsigned char>(at_[0]));
             at_.remove_prefix(1)) {
          action.minimum_version = action.minimum_version * 10 + at_[0] - '0';
        }
        skip_spaces();
        action.version_text = quoted('"');
      } else {
        action.kind = action_kind(name, action.node);
      }
    }
  }

  GrammarAction::Kind action_kind(Text name, ExpressionKind& node) {
    using Kind = GrammarAction::Kind;
    if (name == "list") return Kind::List;
    if (name == "list_of") return Kind::ListOf;
    if (name == "at") return Kind::ErrorAt;
    if (name == "range") return Kind::ErrorRange;
    if (name == "from") return Kind::ErrorFrom;
    if (name == "here") return Kind::ErrorHere;
    if (name == "indent") return Kind::IndentError;
    skip_spaces();
    if (name == "target") {
      const Text which = word();
      return which == "star"  ? Kind::StarTarget
             : which == "for" ? Kind::ForTarget
                              : Kind::DelTarget;
    }
    if (name == "do") {
      const Text action = word();
#define ACTION(known) \
  if (action == #known) return Kind::do_##known;
      GRAMMAR_ACTIONS(ACTION)
#undef ACTION
    }
#define KIND(Known, spelling) \
  if (name == #Known) node = ExpressionKind::Known;
    EXPRESSION_KINDS(KIND)
#undef KIND
    if (node == ExpressionKind::Other) fail("unknown action");
    return Kind::Node;
  }

  Text word() {
    size_t size = 0;
    while (size < at_.size() &&
           (std::isalnum(static_cast<unsigned char>(at_[size])) || at_[size] == '_'))
      ++size;
    if (size == 0) fail("name expected");
    const Text found = at_.substr(0, size);
    at_.remove_prefix(size);
    return found;
  }

  Text quoted(char quote) {
    size_t size = 1;
    while (at_[size] != quote) size += at_[size] == '\\' ? 2 : 1;
    const Text found = at_.substr(1, size - 1);
    at_.remove_prefix(size + 1);
    return found;
  }

  static Text unescaped(Text text) {
    static std::deque<std::string> kept;
    if (text.find('\\') == Text::npos) return text;
    std::string& plain = kept.emplace_back();
    for (const char c : text) {
      if (c != '\\') plain += c;
    }
    return plain;
  }

  bool is_at_line_start() const {
    return at_.data()[-1] == '\n';
  }
  void skip_spaces() {
    while (!at_.empty() && at_[0] == ' ') at_.remove_prefix(1);
  }
  void skip_blanks() {
    while (!at_.empty() && (at_[0] == ' ' || at_[0] == '\n')) at_.remove_prefix(1);
  }
  bool accept(Text expected) {
    if (at_.substr(0, expected.size()) != expected) return false;
    at_.remove_prefix(expected.size());
    return true;
  }
  void expect(Text expected) {
    if (!accept(expected)) fail("something else expected");
  }
  [[noreturn]] void fail(const char* problem) {
    std::fprintf(stderr, "diagnosis grammar: %s at %.60s\n", problem, at_.data());
    std::abort();
  }

  Text at_;
  Grammar& grammar_;
};

}  // namespace

int Grammar::find(Text name) const {
  for (size_t i = 0; i < rules.size(); ++i) {
    if (rules[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

const Grammar& diagnosis_grammar() {
  static const Grammar* const grammar = [] {
    auto* made = new Grammar;
    GrammarReader(kDiagnosisGrammar, *made).read();
    return made;
  }();
  return *grammar;
}

}  // namespace minipy
