// What an evaluation may cost.

#include "provisioner/language/jinja/bounds.h"

#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <bit>
#include <string>

#include "provisioner/language/jinja/object.h"

namespace provisioner::jinja {
namespace {

constexpr std::int64_t steps_between_looks = 10'000;

// Of the evaluation under way on this thread.
struct State {
  int depth = 0;
  Bounds bounds;
  std::int64_t steps = 0, next_look = 0;
  std::chrono::nanoseconds deadline{};
  std::uintptr_t lowest_frame = 0;
  Box* boxes = nullptr;
};
constinit thread_local State state;

std::uintptr_t frame() { return reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)); }

std::uintptr_t end_of_stack() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  void* lowest = nullptr;
  std::size_t size = 0;
  pthread_attr_getstack(&attributes, &lowest, &size);
  pthread_attr_destroy(&attributes);
  return reinterpret_cast<std::uintptr_t>(lowest);
}

// Half of what is left of the stack, and never more than 4 MiB.
std::uintptr_t lowest_frame() {
  constexpr std::uintptr_t most = 4UL * 1024 * 1024;
  thread_local const std::uintptr_t end = end_of_stack();
  const std::uintptr_t here = frame();
  return here - std::min(most, (here - std::min(end, here)) / 2);
}

std::chrono::nanoseconds processor_time() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

Evaluation::Evaluation(const Bounds& bounds) : is_outermost_(state.depth++ == 0) {
  if (!is_outermost_) return;
  state.steps = 0;
  state.bounds = bounds;
  state.next_look = steps_between_looks;
  state.deadline = processor_time() + bounds.processor;
  state.lowest_frame = lowest_frame();
  value::weight.most = value::weight.held + bounds.memory;
}

Evaluation::~Evaluation() {
  --state.depth;
  if (!is_outermost_) return;
  std::vector<Object> contents;
  for (Box* box = state.boxes; box != nullptr; box = box->behind_) box->move_into(contents);
  contents.clear();
  value::weight.most = INT64_MAX;
}

void spend(std::int64_t steps) {
  if (state.depth == 0) return;
  state.steps += steps;
  if (state.steps > state.bounds.steps)
    throw TooMuch(base::Kind::input, "the template was stopped after " +
                                         std::to_string(state.bounds.steps) + " steps");
  if (frame() < state.lowest_frame)
    throw TooMuch(base::Kind::input,
                  "nested without end: a list or dict holds itself, or a macro or variable needs "
                  "itself");
  if (state.steps < state.next_look) return;
  state.next_look = state.steps + steps_between_looks;
  if (processor_time() > state.deadline)
    throw TooMuch(base::Kind::input, "the template was stopped, it takes too long");
}

void spend_on_sorting(std::size_t count) {
  spend_on_items(count * static_cast<std::size_t>(std::bit_width(count)) * 2);
}

std::size_t largest_text() { return state.bounds.text; }

void require_list_size(std::size_t size) {
  if (size > state.bounds.items)
    throw TooMuch(base::Kind::input, "a list of the template would be longer than " +
                                         std::to_string(state.bounds.items));
}

void Output::add(std::string_view more) {
  require_text_size(text_.size() + more.size());
  spend_on_text(more.size());
  value::hold(static_cast<std::int64_t>(more.size()));
  text_ += more;
}

std::string Output::take() {
  value::weight.held -= static_cast<std::int64_t>(text_.size());
  return std::exchange(text_, {});
}

Box::Box() {
  if (state.depth == 0) return;
  behind_ = state.boxes;
  if (behind_ != nullptr) behind_->before_ = this;
  state.boxes = this;
}

Box::~Box() {
  if (before_ != nullptr)
    before_->behind_ = behind_;
  else if (state.boxes == this)
    state.boxes = behind_;
  if (behind_ != nullptr) behind_->before_ = before_;
}

}  // namespace provisioner::jinja
