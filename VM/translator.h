// From stack bytecode to the register form, in one pass. docs/register_form.md
//
// The stack is followed abstractly: an entry knows where its value is now, which is often a local
// variable or a constant that nobody has copied. Each entry also has a home register. Entries go home at
// merge points and where a protected region begins, so that all ways to a place agree.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "VM/bytecode.h"
#include "VM/form.h"

namespace minipy {

class Translator {
 public:
  Translator(const Code& code, bool is_traced) : code_(code), is_traced_(is_traced) {}

  const char* run();    // null, or what is wrong
  FormParts parts();    // once it has run; valid as long as the Translator
  uint32_t offset() const { return offset_; }  // of the bytecode looked at last

 private:
  enum class EntryKind : uint8_t {
    Plain,
    Null,    // left by PUSH_NULL
    Method,  // the first of LOAD_METHOD's two: a function or nothing
  };
  enum class Where : uint8_t { Register, Constant, Nowhere };
  struct Entry {
    EntryKind kind;
    Where where;
    uint32_t at;  // register or constant
    uint32_t home;
    uint32_t slice = 0;  // the word of the SUBSCRIPT_SLICE that made the value, which nobody has copied; else 0
  };
  struct State {  // of a label
    bool is_known = false, is_translated = false;
    std::vector<EntryKind> kinds;
    std::vector<bool> assigned;
    uint32_t word = 0;
  };
  struct Fixup {
    uint32_t instruction;  // word
    int target;            // instruction of the bytecode
    bool is_wide;          // the distance goes to `wide` of the instruction, else into the next word
  };

  // The stack (translator_stack.cpp)
  void fail(const char* what) {
    if (!wrong_) wrong_ = what;
  }
  uint32_t next_home(EntryKind kind) const;
  void push(EntryKind kind, Where where, uint32_t at);
  void push_plain(Where where, uint32_t at) { push(EntryKind::Plain, where, at); }
  Entry pop();
  Entry& peek(uint32_t depth);  // 1: the top
  bool is_used(uint32_t at, const Entry* except = nullptr) const;
  uint32_t fresh_register();
  uint32_t use_register(uint32_t number);
  uint32_t operand(uint32_t depth);  // loads a constant
  void drop(uint32_t count) { while (count-- > 0) pop(); }
  void move_home(size_t first, size_t except);
  void move_to(std::vector<Entry*> entries, const std::vector<uint32_t>& targets);
  void all_home(size_t except = 0) { move_home(0, except); }
  uint32_t items_home(uint32_t count);  // the top `count` entries at home; their first register
  void keep_below(uint32_t limit);      // no entry whose home is below stays in a register from `limit` on

  // Emitting
  uint32_t emit(Op op, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0);
  uint32_t emit_wide(Op op, uint32_t a, int64_t wide);
  uint32_t result(Op op, uint32_t b = 0, uint32_t c = 0);
  uint32_t result_wide(Op op, int64_t wide);
  void rare(Op op, uint32_t pops, uint32_t pushes, int64_t argument = 0);
  void link(uint32_t instruction, int target, bool is_wide);
  void load_into(uint32_t target, const Entry& entry);

  // Labels and regions
  State& state_of(int index);
  void merge_into(int target);
  void record(int target, const std::vector<EntryKind>& kinds, const std::vector<bool>& assigned);
  void load_state(int index);
  void enter_region(int row);
  std::vector<EntryKind> kinds_of(size_t count) const;

  // Calls with * and ** (translator_expanded.cpp)
  int consumer(int index, Opcode opcode) const;
  int call_of_mapping(int index) const;
  int call_of_tuple(int index) const;
  bool elide(int index);
  bool forwards_keywords() const;
  void call_expanded(int index);

  // Instructions (translate_*.cpp); false at the end of a run
  void translate_run(int index);
  bool translate(int& index);
  bool translate_jump(int& index);
  void translate_value(const Instruction& instruction);
  void translate_items(const Instruction& instruction);
  void translate_rare(const Instruction& instruction);
  void prepare();
  void find_generator_start();
  void load_fast(uint32_t local);
  void store_fast(uint32_t local);
  void evacuate(uint32_t local);
  void swap(uint32_t depth);
  void binary(uint32_t operation);
  void subscript();
  bool slice(int& index);
  bool unpack(int& index);
  bool compare(int& index);
  bool identity(int& index);
  bool fuses(int index) const;
  void conditional(Op op, const Instruction& jump);
  void call(uint32_t count, bool is_iterated);
  void load_method(uint32_t name);
  void load_global(uint32_t argument);
  bool super_method(int& index);
  bool comprehension(const Instruction& instruction);
  bool closed_comprehension(int& index);
  uint32_t name(uint32_t index);
  uint32_t cell(uint32_t index);
  uint32_t plain_local(uint32_t index);

  const Code& code_;
  const bool is_traced_;
  Bytecode bytecode_;
  const char* wrong_ = nullptr;
  std::vector<Word> words_;
  std::vector<Origin> origins_;
  std::vector<Entry> stack_;
  std::vector<State> states_;
  std::vector<int> state_numbers_; // by instruction: which of states_, -1 for none
  std::set<int> waiting_;          // known, not translated
  std::vector<bool> assigned_;     // locals that surely have a value
  std::vector<bool> deleted_;      // locals that some DELETE_FAST unsets
  std::vector<Fixup> fixups_;
  std::vector<Handler> handlers_;
  std::vector<bool> row_used_;
  uint32_t local_count_ = 0, register_count_ = 0;
  uint32_t offset_ = 0;            // of the current bytecode
  int64_t last_result_ = -1;       // word whose `a` may still be changed
  int region_ = -1;
  uint32_t range_callable_ = kNoRegister;  // that got the global named "range" last
  const Instruction* generator_start_ = nullptr;  // RETURN_GENERATOR, where it is allowed
  uint32_t keyword_names_ = 0;     // constant + 1
  std::set<int> elided_;           // instructions that make containers for calls with * and **
  std::map<int, uint32_t> expanded_calls_;  // what such calls take instead
  bool is_conservative_ = false;   // assume nothing about what is assigned
  bool must_restart_ = false;
};

}  // namespace minipy
