// sqlite3.Row: a tuple whose items have names, too.
#include <cctype>

#include "Modules/sqlite/sqlite.h"
#include "Objects/slice.h"

namespace minipy::sqlite {
namespace {

const MethodRow constructor_row = constructor("Row(cursor, data, /)");

Value make_row(Thread& thread, Type& type, const Value* arguments, size_t count,
               Value keyword_names) {
  Value values[2];
  if (!has_own_init(type, ModuleKind::SqliteRow))
    TRY(check_no_keywords(thread, "Row", keyword_names));
  TRY(check_positional(thread, "Row", count, 2, 2));
  TRY(bind(thread, constructor_row, arguments, count, Value(), values));
  if (!has_kind(values[0], ModuleKind::SqliteCursor)) {
    return raise(thread, TypeError, "Row() argument 1 must be sqlite3.Cursor, not {}",
                 argument_kind(values[0]));
  }
  if (!is_tuple(values[1])) {
    return raise(thread, TypeError, "Row() argument 2 must be tuple, not {}",
                 argument_kind(values[1]));
  }
  auto* row = allocate_instance_as<Row>(type);
  if (!row) return error;
  row->data = values[1].as<Tuple>();
  row->description = values[0].as<Cursor>()->description;
  if (row->description.is_empty()) row->description = None;
  return row;
}

// The name of a column; the case of ASCII letters does not count.
bool has_name(Value column, const Str* name) {
  if (!is_tuple(column) || column.as<Tuple>()->size == 0 || !is_str(column.as<Tuple>()->items[0]))
    return false;
  const Str* other = column.as<Tuple>()->items[0].as<Str>();
  if (equal(other, name)) return true;
  if (!other->is_ascii() || !name->is_ascii() || other->length() != name->length()) return false;
  for (size_t i = 0; i < name->length(); ++i) {
    if (std::tolower(other->latin1()[i]) != std::tolower(name->latin1()[i])) return false;
  }
  return true;
}

Value row_item(Thread& thread, Value self_value, Value key) {
  auto& self = *self_value.as<Row>();
  if (is_any_int(key)) {
    int64_t index = TRY(index_as_int64(thread, key, &IndexError));
    if (index < 0) index += static_cast<int64_t>(self.data->size);
    if (index < 0 || static_cast<size_t>(index) >= self.data->size)
      return raise(thread, IndexError, "tuple index out of range");
    return self.data->items[index];
  }
  if (is_str(key)) {
    if (is_tuple(self.description)) {
      const Tuple& columns = *self.description.as<Tuple>();
      for (size_t i = 0; i < columns.size && i < self.data->size; ++i) {
        if (has_name(columns.items[i], key.as<Str>())) return self.data->items[i];
      }
    }
    return raise(thread, IndexError, "No item with that key");
  }
  if (is_slice(key)) return get_item(thread, self.data, key);
  return raise(thread, IndexError, "Index must be int or string");
}

Value sequence_item_of_row(Thread& thread, Value self, int64_t index) {
  const Tuple& data = *self.as<Row>()->data;
  if (index < 0 || static_cast<size_t>(index) >= data.size)
    return raise(thread, IndexError, "tuple index out of range");
  return data.items[index];
}

Result<size_t> row_length(Thread&, Value self) {
  return self.as<Row>()->data->size;
}
Value iterate_row(Thread& thread, Value self) {
  return iterate(thread, self.as<Row>()->data);
}

Value keys(Thread& thread, Row& self) {
  List* names = make_list();
  if (!is_tuple(self.description)) return names;
  for (const Value column : *self.description.as<Tuple>())
    TRY(list_append(thread, *names, column.as<Tuple>()->items[0]));
  return names;
}

Result<int64_t> hash_row(Thread& thread, Value self) {
  const int64_t description = TRY(hash(thread, self.as<Row>()->description));
  return description ^ TRY(hash(thread, self.as<Row>()->data));
}

Value compare_rows(Thread& thread, Value left, Value right, CompareOp op) {
  if (op != CompareOp::Equal && op != CompareOp::NotEqual) return NotImplemented;
  if (!has_kind(right, ModuleKind::SqliteRow)) return NotImplemented;
  const bool same_columns =
      TRY(is_equal(thread, left.as<Row>()->description, right.as<Row>()->description));
  if (!same_columns) return Value::from_bool(op == CompareOp::NotEqual);
  return compare(thread, left.as<Row>()->data, right.as<Row>()->data, op);
}

const MethodRow methods[] = {
    method<keys>("keys($self, /)", "The names of the columns."),
};

}  // namespace

void define_row_type(Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Row);
  spec.flags = Type::kBaseType;
  spec.slots.make = make_row;
  spec.slots.map_item = row_item;
  spec.slots.map_length = row_length;
  spec.slots.sequence_length = row_length;
  spec.slots.sequence_item = sequence_item_of_row;
  spec.slots.iterate = iterate_row;
  spec.slots.hash = hash_row;
  spec.slots.compare = compare_rows;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::SqliteRow, spec));
}

}  // namespace minipy::sqlite
