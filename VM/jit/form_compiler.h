// One pass over a form's instructions that writes a template for each (templates_*.cpp).
//
// Instructions without a template, and those whose expectations fail, leave to their handlers. What a template may
// rely on is Knowledge; where instructions can be jumped to nothing is known.
#pragma once

#include <deque>
#include <vector>

#include "Objects/slots.h"
#include "VM/jit/knowledge.h"
#include "VM/attribute_cache.h"
#include "VM/jit/machine.h"
#include "VM/run.h"

namespace minipy::jit {

// Where a parameter gets its value from.
struct Parameter {
  enum class From : uint8_t { Nowhere, Register, Constant, Instance, Rest };
  From from = From::Nowhere;
  uint32_t number = 0;
  Value value;

  static Parameter in_register(uint32_t number) { return {From::Register, number, Value()}; }
  static Parameter constant(Value value) { return {From::Constant, 0, value}; }
  static Parameter instance() { return {From::Instance, 0, Value()}; }
  static Parameter rest() { return {From::Rest, 0, Value()}; }  // *args
};

// What a call is likely to enter: a function, or a class whose instances are made in place (its constructor has bytes).
struct Callee {
  bool is_known = false;
  Constructor constructor{};
  const Function* function = nullptr;  // or null, for a class without __init__
  Form* form = nullptr;
  std::vector<Parameter> parameters;
  uint32_t first_of_rest = 0, rest_count = 0;  // registers with what *args gets
};

// Machine code that all forms use (jit.cpp): the truth of the value in rax.
extern const void* truth_routine;

class FormCompiler : public Assembler {
 public:
  // `function`: the one that is running.
  FormCompiler(Form& form, const Function& function, void* buffer, size_t size);

  bool compile();  // false if the code does not fit into the buffer
  // Afterwards: where each word's instruction begins, from the start of the code.
  const std::vector<uint32_t>& entries() const { return entries_; }
  const std::vector<Value>& values() const { return values_; }

 private:
  struct Operand {
    bool is_constant;
    uint32_t number;
  };
  struct Place {  // of an instruction
    uint32_t word;
    Knowledge known;  // in front of it
    Label start, slow, elsewhere, raised;
    bool is_left = false, is_done_elsewhere = false, has_raised = false;  // by these
    // Execution often comes in here: what is in front has entered a frame or left to its handler.
    bool is_entered = false;
  };

  // The driver (form_compiler.cpp)
  void find_targets();
  void instruction();
  bool number_template(Op op);
  bool object_template(Op op);
  bool call_template(Op op);
  bool generator_template(Op op);
  bool flow_template(Op op);
  bool in_place_template(Op op);
  void leave_to_handler();  // which comes back to the next instruction
  void point_at(uint32_t at);  // pc; words is not what it was afterwards
  void jump_to_handler();      // of the instruction pointed at
  void exits();        // the code behind: slow exits and entries
  void reload(Place& place);

  // Registers
  Reg64 take();
  Xmm take_floating();
  void release(Reg64 taken) { locked_ &= ~(1u << taken.getIdx()); }  // before the template's end
  Reg64 load(uint32_t number);
  Reg64 load(Operand operand) { return operand.is_constant ? load_constant(operand.number) : load(operand.number); }
  Reg64 load_constant(uint32_t number);
  void store(uint32_t number, Reg64 value, Fact fact = Fact::Nothing, uint32_t shape = 0);
  void store_double(uint32_t number, Xmm value);
  void store_value(uint32_t number, Value value);
  void keep(Value value);  // what the code holds the address of

  // Expectations; the handler does what does not meet them.
  Label& slow() {
    place_->is_left = true;
    return place_->slow;
  }
  // For what is no failed expectation, just rarer.
  Label& elsewhere() {
    place_->is_done_elsewhere = comes_back_behind_ = true;
    return place_->elsewhere;
  }
  // For what has raised.
  Label& raised() {
    place_->has_raised = true;
    return place_->raised;
  }
  void unless_pointer(Reg64 value) {
    test(value, pointer_mask);
    jne(slow(), T_NEAR);
  }
  Reg64 expect_int(Operand operand);
  Xmm expect_double(Operand operand);
  Reg64 expect_shape(uint32_t number, uint32_t shape);
  void expect_epoch();
  void compare_epoch(Reg64 scratch);
  void expect_nothing_pending();
  void save();  // pc into the frame; changes rax
  void store_result() {  // of call_cpp() into R(a)
    locked_ |= 1u << rax.getIdx();
    store(pc_->a, rax);
  }
  Fact fact_of(Operand operand);
  Value constant(uint32_t number) const { return form_.constants[number]; }

  // Numbers
  bool arithmetic(Op op);
  void add_or_subtract(bool is_add, Operand left, Operand right);
  void sum_or_difference(bool is_add, Reg64 result, Reg64 left, Reg64 right);
  void multiply(Operand left, Operand right);
  bool divide(bool is_remainder, Operand left, Operand right);
  bool bitwise(unsigned operation, Operand left, Operand right);
  bool shift(bool is_left, Operand left, Operand right);
  bool double_arithmetic(unsigned operation, Operand left, Operand right);
  bool comparison(Op op);
  bool arithmetic_of_several(unsigned operation, Operand left, Operand right);
  void number_as_double(Reg64 value, Xmm target, Reg64 scratch);
  bool comparison_of_several(CompareOp condition, bool if_result, Operand left, Operand right, uint32_t target);
  bool equality_of_strings(CompareOp condition, unsigned form, Operand left, Operand right, uint32_t target);
  bool expects_floats(Operand left, Operand right);
  void jump_on_ints(CompareOp condition, bool if_result, uint32_t target);
  void jump_on_doubles(CompareOp condition, bool if_result, uint32_t target, Xmm left, Xmm right);
  void store_condition(CompareOp condition);
  bool arithmetic_of_others(Op op);
  bool negative();
  bool inverted();

  // Objects
  Reg64 attribute_holder(uint32_t number);
  bool is_current(uint32_t epoch) const;
  std::vector<const SharedCache*> shapes_met(Op family) const;
  bool attribute_of_several(Op family);
  void by_shape(const SharedCache& shape, Op family, Reg64 object, Reg64 value);
  bool load_attribute(Op op);
  bool load_field();
  void load_entry(Reg64 dict, uint64_t entry);
  void expect_version(Reg64 dict, uint64_t version);
  void expect_same(Reg64 value, uint64_t bits);
  bool variable_template(Op op);
  void copy_free_variables();
  bool store_attribute(Op op);
  bool load_method(Op op);
  bool load_global(Op op);
  Value current_global(Op op) const;
  Value current_attribute_of_module() const;
  bool subscript(Operand key);
  bool subscript_of_other(Operand key);
  bool store_subscript();
  bool match_sequence();
  bool list_append();
  bool unpack(Op op);
  Reg64 index_in(Reg64 sequence, int size_offset, Operand key);
  void expect_storable(Reg64 buffer, uint32_t number);

  // Calls; the arguments lie behind the callable
  Callee likely_callee(uint32_t callable, uint32_t count, Value names) const;
  bool call_likely(uint32_t callable, uint32_t count, Value names);
  bool call_function(uint32_t callable, uint32_t count);
  void load_base(Reg64 base, uint32_t first);
  void expect_room(Reg64 base, uint32_t registers, Reg64 scratch);
  void make_rest(const Callee& callee);
  void fill_parameters(const Callee& callee, Reg64 base, uint32_t first, Reg64 instance, Reg64 scratch);
  void push_frame(Reg64 form, Reg64 base, const Reg64* instance, Reg64 top);
  void enter(const Form* known, Reg64 form, uint32_t count);
  Reg64 new_instance(const Constructor& constructor);
  void take_cell(void** list, Reg64 cell, Reg64 scratch, Reg64 header);
  bool call_native(Op op);
  void expect_native(Reg64 callable, bool is_method);
  void call_cpp(const void* function, bool may_raise);
  bool call_length();
  Reg64 length_of(uint32_t number);
  bool call_isinstance();
  void load_type(Reg64 type, Reg64 object, Reg64 scratch);
  void pop_frame(Reg64 caller, Reg64 top);
  void return_value(Reg64 value);
  void go_on(Reg64 form, Reg64 value, int ahead, const Reg64* further = nullptr);
  bool send();
  void resume(Reg64 generator, Reg64 sent, uint64_t how);
  void yield();

  // Done by C++ in place
  void do_in_place(const void* function);
  bool may_be_native(uint32_t callable) const;
  bool extreme_of_ints(Label& others, Label& done);
  bool call_in_place();
  void peek(Reg64 iterator, Reg64 item, Reg64 scratch, Label& other);
  void store_parts(Reg64 first, Reg64 second);
  void next_numbered(Label& other);
  void next_zipped(Label& other);

  // Flow
  static constexpr uint32_t kWordsOfRangeIterator = 4;  // those of the CALL and GET_ITERATOR that it does as well
  uint32_t target_of(uint32_t word) const;
  Label& label_of(uint32_t word);
  void jump_to(uint32_t word);
  bool get_iterator();
  bool range_iterator();
  bool for_range();
  bool for_sequence(bool is_list);
  bool jump_on_truth(bool if_true);
  void jump_if_equal(bool if_equal, uint32_t target);

  Form& form_;
  const Function& function_;
  std::vector<uint8_t> is_target_;
  std::vector<uint32_t> entries_;
  std::vector<Place*> places_by_word_;
  std::deque<Place> places_;
  std::vector<Value> values_;
  struct SafePoint {
    uint32_t word;
    Label label;
  };
  std::deque<SafePoint> safe_points_;

  Place* place_ = nullptr;
  Knowledge known_;
  std::vector<Value> likely_;  // by Python register: what caches say lies there
  uint32_t at_ = 0;
  const Word* pc_ = nullptr;
  uint32_t locked_ = 0, locked_floating_ = 0;  // machine registers in use by this template
  bool is_out_of_registers_ = false;
  bool comes_back_behind_ = false;  // this instruction, by way of Form::entries
  unsigned next_general_ = 0, next_floating_ = 0;
};

}  // namespace minipy::jit
