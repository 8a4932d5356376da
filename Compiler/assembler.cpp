#include "Compiler/assembler.h"

#include <algorithm>
#include <string>

namespace minipy {
namespace {

using enum Opcode;

int size_with_caches(const Instruction& instruction) {
  const uint32_t argument =
      has_argument(instruction.opcode) ? static_cast<uint32_t>(instruction.argument) : 0;
  const int extensions = (argument > 0xFFFFFF) + (argument > 0xFFFF) + (argument > 0xFF);
  return extensions + 1 + info(instruction.opcode).caches;
}

// Slots of the frame: locals, then cells that are no parameters, then free variables.
class SlotLayout {
 public:
  SlotLayout(const Unit& unit, size_t local_count) : slots_(unit.cells.size() + unit.free.size()) {
    size_t next = local_count;
    for (size_t i = 0; i < slots_.size(); ++i) {
      const int local =
          i < unit.cells.size() ? unit.locals.find(unit.cells[i]) : NameTable::kAbsent;
      slots_[i] = local >= 0 ? local : static_cast<int>(next++);
    }
  }
  int operator[](size_t index) const { return slots_[index]; }
  size_t size() const { return slots_.size(); }

 private:
  std::vector<int> slots_;
};

class Assembler {
 public:
  Assembler(Unit& unit, ConstantPool& pool, ast::Arena& results)
      : unit_(unit),
        graph_(unit.graph),
        pool_(pool),
        results_(results),
        layout_(unit, unit.locals.size()) {}

  const CodeUnit* assemble(ast::Text filename, uint32_t flags) {
    CodeUnit* code = new (results_.allocate(sizeof(CodeUnit))) CodeUnit();
    const bool is_generator = flags & (kCodeGenerator | kCodeCoroutine | kCodeAsyncGenerator);
    graph_.normalise();
    graph_.inline_small_exits();
    insert_prologue(is_generator);
    number_slots();
    graph_.optimize(pool_, unit_.constants);
    graph_.duplicate_exits_without_line();
    const size_t constant_count =
        std::min(unit_.constants.size(), static_cast<size_t>(graph_.highest_constant()) + 1);
    graph_.propagate_lines();
    graph_.guarantee_lines_of_exits(unit_.first_line);
    code->stack_size =
        graph_.compute_stack_depth(unit_.scope.is_generator || unit_.scope.is_coroutine);
    graph_.label_handlers();
    graph_.remove_redundant_jumps();
    graph_.remove_nops();
    graph_.choose_jump_directions();
    resolve_jumps();
    write_code();
    write_exception_table();
    code->code = results_.copy_text(code_);
    code->line_table = results_.copy_text(lines_);
    code->exception_table = results_.copy_text(exceptions_);
    code->constants = results_.copy_sequence(unit_.constants.items().begin(), constant_count);
    fill_names(*code);
    code->filename = filename;
    code->flags = flags;
    return code;
  }

 private:
  // The cells and the generator are made before anything else.
  void insert_prologue(bool is_generator) {
    if (is_generator) {
      const ast::Location location{unit_.first_line, -1, unit_.first_line, -1};
      graph_.insert_at_entry(0, {RETURN_GENERATOR, 0, location, nullptr, nullptr});
      graph_.insert_at_entry(1, {POP_TOP, 0, kNoLocation, nullptr, nullptr});
    }
    // MAKE_CELL in the order of the slots; number_slots() turns its argument into the slot.
    std::vector<int> cells(unit_.cells.size());
    for (size_t i = 0; i < cells.size(); ++i) cells[i] = static_cast<int>(i);
    std::sort(cells.begin(), cells.end(), [this](int left, int right) {
      return layout_[static_cast<size_t>(left)] < layout_[static_cast<size_t>(right)];
    });
    for (size_t i = 0; i < cells.size(); ++i) {
      graph_.insert_at_entry(i, {MAKE_CELL, cells[i], kNoLocation, nullptr, nullptr});
    }
    if (unit_.free.size()) {
      graph_.insert_at_entry(
          0, {COPY_FREE_VARS, static_cast<int>(unit_.free.size()), kNoLocation, nullptr, nullptr});
    }
  }

  void number_slots() {
    if (layout_.size() == 0) return;
    for (Block* block = graph_.entry(); block; block = block->next) {
      for (Instruction& instruction : *block) {
        if (info(instruction.opcode).operand != OperandKind::Cell) continue;
        instruction.argument = layout_[static_cast<size_t>(instruction.argument)];
      }
    }
  }

  // Distances depend on the sizes of the jumps between, which depend on their distances.
  void resolve_jumps() {
    for (bool has_changed = true; has_changed;) {
      has_changed = false;
      int offset = 0;
      for (Block* block = graph_.entry(); block; block = block->next) {
        block->offset = offset;
        for (const Instruction& instruction : *block) offset += size_with_caches(instruction);
      }
      for (Block* block = graph_.entry(); block; block = block->next) {
        if (block->empty() || !is_jump(block->back().opcode)) continue;
        Instruction& jump = block->back();
        int end = block->offset;
        for (const Instruction& instruction : *block) end += size_with_caches(instruction);
        const int size = size_with_caches(jump);
        jump.argument = std::abs(jump.target->offset - end);
        if (size_with_caches(jump) != size) has_changed = true;
      }
    }
  }

  void write_code() {
    int line = unit_.first_line;
    for (Block* block = graph_.entry(); block; block = block->next) {
      for (const Instruction& instruction : *block) {
        write_instruction(instruction);
        int size = size_with_caches(instruction);
        for (; size > 8; size -= 8) write_location(instruction.location, 8, line);
        write_location(instruction.location, size, line);
      }
    }
  }

  void write_instruction(const Instruction& instruction) {
    const uint32_t argument =
        has_argument(instruction.opcode) ? static_cast<uint32_t>(instruction.argument) : 0;
    for (int shift = 24; shift > 0; shift -= 8) {
      if (argument >> shift == 0) continue;
      code_ += static_cast<char>(EXTENDED_ARG);
      code_ += static_cast<char>(argument >> shift);
    }
    code_ += static_cast<char>(instruction.opcode);
    code_ += static_cast<char>(argument);
    code_.append(2 * size_t{info(instruction.opcode).caches}, '\0');
  }

  // The location table of PEP 657. The first byte of an entry has its form and its length in code
  // units.
  void write_location(const ast::Location& location, int size, int& line) {
    enum Form { kOneLine = 10, kNoColumns = 13, kLong = 14, kNone = 15 };
    const auto start = [this, size](int form) {
      lines_ += static_cast<char>(0x80 | form << 3 | (size - 1));
    };
    if (location.line < 0) return start(kNone);
    const int delta = location.line - line;
    const int column = location.column;
    const int end_column = location.end_column;
    const bool is_one_line = location.end_line == location.line;
    if (column < 0 || end_column < 0) {
      if (is_one_line || location.end_line == -1) {
        start(kNoColumns);
        write_signed(delta);
        line = location.line;
        return;
      }
    } else if (is_one_line) {
      if (delta == 0 && column < 80 && end_column - column < 16 && end_column >= column) {
        start(column >> 3);
        lines_ += static_cast<char>((column & 7) << 4 | (end_column - column));
        return;
      }
      if (delta >= 0 && delta < 3 && column < 128 && end_column < 128) {
        start(kOneLine + delta);
        lines_ += static_cast<char>(column);
        lines_ += static_cast<char>(end_column);
        line = location.line;
        return;
      }
    }
    start(kLong);
    write_signed(delta);
    write_number(static_cast<uint32_t>(location.end_line - location.line));
    write_number(static_cast<uint32_t>(column + 1));
    write_number(static_cast<uint32_t>(end_column + 1));
    line = location.line;
  }

  void write_number(uint32_t number) {
    for (; number >= 64; number >>= 6) lines_ += static_cast<char>(64 | (number & 63));
    lines_ += static_cast<char>(number);
  }
  void write_signed(int number) {
    const uint32_t magnitude =
        number < 0 ? 0u - static_cast<uint32_t>(number) : static_cast<uint32_t>(number);
    write_number(magnitude << 1 | (number < 0));
  }

  void write_exception_table() {
    const Block* handler = nullptr;
    int start = 0;
    int offset = 0;
    for (Block* block = graph_.entry(); block; block = block->next) {
      for (const Instruction& instruction : *block) {
        if (instruction.handler != handler) {
          if (handler) write_exception_entry(start, offset, *handler);
          start = offset;
          handler = instruction.handler;
        }
        offset += size_with_caches(instruction);
      }
    }
    if (handler) write_exception_entry(start, offset, *handler);
  }

  void write_exception_entry(int start, int end, const Block& handler) {
    const int depth = handler.start_depth - 1 - handler.restores_lasti;
    write_exception_number(static_cast<uint32_t>(start), 0x80);
    write_exception_number(static_cast<uint32_t>(end - start), 0);
    write_exception_number(static_cast<uint32_t>(handler.offset), 0);
    write_exception_number(static_cast<uint32_t>(depth << 1 | handler.restores_lasti), 0);
  }

  // Six bits a byte, the highest first; the first byte of an entry is marked.
  void write_exception_number(uint32_t number, int mark) {
    for (int shift = 24; shift > 0; shift -= 6) {
      if (number >> shift == 0) continue;
      exceptions_ += static_cast<char>((number >> shift & 63) | 64 | static_cast<uint32_t>(mark));
      mark = 0;
    }
    exceptions_ += static_cast<char>((number & 63) | static_cast<uint32_t>(mark));
  }

  void fill_names(CodeUnit& code) {
    code.names = texts_of(unit_.names);
    std::vector<ast::Text> slot_names;
    std::string kinds;
    for (const ast::Identifier local : unit_.locals.items()) {
      slot_names.push_back(local.text());
      const bool is_cell = unit_.cells.find(local) >= 0;
      kinds += static_cast<char>(is_cell ? kSlotLocal | kSlotCell : kSlotLocal);
    }
    for (const ast::Identifier cell : unit_.cells.items()) {
      if (unit_.locals.find(cell) >= 0) continue;
      slot_names.push_back(cell.text());
      kinds += static_cast<char>(kSlotCell);
    }
    for (const ast::Identifier name : unit_.free.items()) {
      slot_names.push_back(name.text());
      kinds += static_cast<char>(kSlotFree);
    }
    code.slot_names = results_.copy_sequence(slot_names.data(), slot_names.size());
    code.slot_kinds = results_.copy_text(kinds);
    code.name = unit_.name.text();
    code.qualified_name = unit_.qualified_name;
    code.argument_count = unit_.argument_count;
    code.positional_only_count = unit_.positional_only_count;
    code.keyword_only_count = unit_.keyword_only_count;
    code.first_line = unit_.first_line;
    code.local_count = static_cast<int>(unit_.locals.size());
    code.free_count = static_cast<int>(unit_.free.size());
  }

  ast::Sequence<ast::Text> texts_of(const NameTable& names) {
    const ast::Sequence<ast::Text> texts = results_.make_sequence<ast::Text>(names.size());
    for (size_t i = 0; i < names.size(); ++i) texts[i] = names[i].text();
    return texts;
  }

  Unit& unit_;
  FlowGraph& graph_;
  ConstantPool& pool_;
  ast::Arena& results_;
  const SlotLayout layout_;
  std::string code_, lines_, exceptions_;
};

}  // namespace

const CodeUnit* assemble(Unit& unit, ConstantPool& pool, ast::Arena& results, ast::Text filename,
                         uint32_t flags) {
  return Assembler(unit, pool, results).assemble(filename, flags);
}

}  // namespace minipy
