// Generators, coroutines and asynchronous generators as objects.
#pragma once

#include "Objects/generator.h"
#include "Objects/slots.h"

namespace minipy {

struct Thread;
struct Frame;

inline bool is_generator_kind(Value value) {
  return has_kind(value, Kind::Generator) || has_kind(value, Kind::Coroutine) || has_kind(value, Kind::AsyncGenerator);
}

// One step of a generator from C++. With an exception pending (throw), pass an empty `sent`.
SendResult resume_generator(Thread& thread, Generator& generator, Value sent, Value* result);
// PEP 342: generator.throw() with its arguments taken apart, and generator.close().
SendResult throw_into_generator(Thread& thread, Generator& generator, Value exception, bool close_on_exit, Value* result);
Value close_generator(Thread& thread, Generator& generator);
// What gi_yieldfrom shows: the iterator it delegates to, or empty.
Value delegate_of(const Generator& generator);
// Any iterator's send(): generators in place, send() by name, next() for None.
SendResult send_value(Thread& thread, Value receiver, Value sent, Value* result);
// Makes throw()'s arguments an exception instance with its traceback.
Value exception_from_throw(Thread& thread, Value type, Value value, Value traceback);

// Asynchronous generators (async_generator.cpp)
Value wrap_async_value(Value value);
void define_async_generator_types();
void define_coroutine_types();

// `await` (PEP 492): the iterator of an awaitable. `where`: 1 and 2 tell `async with` for the message.
Value get_awaitable(Thread& thread, Value value, int where);
Value get_awaitable_for_await(Thread& thread, Value value,
                              int where);  // the same, if nobody else awaits it yet
Value get_yield_from_iterator(Thread& thread, const Frame& frame, Value value);
Value get_async_iterator(Thread& thread, Value value);
Value get_async_next(Thread& thread, Value iterator);
bool is_iterable_coroutine(Value value);

}  // namespace minipy
