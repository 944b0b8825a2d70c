#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "provisioner/base/value/weight.h"

namespace provisioner::jinja {

class Object;

// What one evaluation may cost, so that no text, however written, takes the machine with it.
struct Bounds {
  std::int64_t steps = 10'000'000;
  std::int64_t memory = 128L * 1024 * 1024;  // bytes that its data hold at a time
  std::size_t text = 64UL * 1024 * 1024;     // bytes of one text
  std::size_t items = 1'000'000;             // of one list or dict
  std::chrono::seconds processor{20};        // for what is not counted in steps
};

using value::TooMuch;

// An evaluation under way on this thread. Those begun inside of it, for the variables and the files
// that it needs, join it and share its bounds. When the outermost ends, lists and dicts that hold
// each other are taken apart.
class Evaluation {
 public:
  explicit Evaluation(const Bounds& bounds);
  ~Evaluation();
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

 private:
  bool is_outermost_;
};

// One step is about a tenth of a microsecond. Whoever makes or looks through something says how
// much it is; so does every step of a recursion, since the stack is looked at as well. Throws
// TooMuch.
void spend(std::int64_t steps = 1);
inline void spend_on_items(std::size_t count) { spend(1 + static_cast<std::int64_t>(count / 8)); }
void spend_on_sorting(std::size_t count);
inline void spend_on_text(std::size_t bytes) { spend(1 + static_cast<std::int64_t>(bytes / 256)); }

// Before it is made.
std::size_t largest_text();
inline void require_text_size(std::size_t size) { value::require_size(size, largest_text()); }
void require_list_size(std::size_t size);

// What a template prints, counted while it grows.
class Output {
 public:
  Output() = default;
  Output(Output&& other) noexcept : text_(std::exchange(other.text_, {})) {}
  Output& operator=(Output&& other) noexcept {
    std::swap(text_, other.text_);
    return *this;
  }
  ~Output() { value::weight.held -= static_cast<std::int64_t>(text_.size()); }

  void add(std::string_view more);
  std::string take();

 private:
  std::string text_;
};

// A list or dict as the evaluation knows it.
class Box : value::Weighs<176> {
 public:
  Box();
  virtual ~Box();
  Box(const Box&) = delete;
  Box& operator=(const Box&) = delete;

 private:
  friend class Evaluation;
  virtual void move_into(std::vector<Object>& contents) = 0;

  Box *before_ = nullptr, *behind_ = nullptr;
};

}  // namespace provisioner::jinja
