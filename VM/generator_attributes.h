// What the three kinds of generators share as Python objects.
#pragma once

#include <string>

#include "Objects/generator.h"
#include "Objects/result.h"
#include "Objects/slots.h"

namespace minipy {

struct Thread;

Value generator_send(Thread& thread, Generator& generator, Value sent);
Value generator_throw(Thread& thread, Generator& generator, const Value* arguments, size_t count);
Value generator_throw_method(Thread& thread, const Value* arguments, size_t count, Value keyword_names);
Value generator_close_method(Thread& thread, Generator& generator);
Status check_throw_arguments(Thread& thread, size_t count, Value keyword_names);
// A step's outcome as a method returns it: the end is StopIteration or StopAsyncIteration.
Value generator_step(Thread& thread, Generator& generator, SendResult outcome, Value result);
SendResult continue_generator(Thread& thread, Generator& generator, Value* result);  // at its frame's pc
void finalize_generator(Thread& thread, Value self);
void warn_never_awaited(Thread& thread, Generator& coroutine);
Value generator_repr(Thread& thread, Value self);
Value generator_frame(Thread& thread, Generator& generator);
std::string attribute_of(const Generator& generator, std::string_view name);

Value get_name(Thread&, Generator& generator);
Value get_qualified_name(Thread&, Generator& generator);
Status set_name(Thread& thread, Value self, Value value);
Status set_qualified_name(Thread& thread, Value self, Value value);
Value get_delegate(Thread&, Generator& generator);
bool get_running(Thread&, Generator& generator);
bool get_suspended(Thread&, Generator& generator);
Value get_code(Thread& thread, Generator& generator);
int64_t generator_size(Thread&, Generator& generator);

void define_generator_object_types();

}  // namespace minipy
