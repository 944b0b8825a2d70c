#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "provisioner/engine/action/action.h"

namespace provisioner::action {

// What the coroutines of one action share: the request that waits for its answer, and who gets it.
struct Channel {
  std::optional<Request> request;
  Reply reply;
  bool expects_loss = false;
  std::coroutine_handle<> waiting;
};

// A request whose answer may be that the link is gone.
struct Expecting {
  Request request;
};

// A part of an action that reads top-down though it waits: `Reply reply = co_await request;`, or
// another Steps. Lazy; runs when awaited or when its Execution starts it. Lives no longer than the
// Context it was given.
template <class Value>
class Steps {
 public:
  struct promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  // Hands the control back to whoever awaited, or to the Execution.
  struct Leave {
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle ended) const noexcept {
      const std::coroutine_handle<> caller = ended.promise().caller;
      return caller ? caller : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  struct AwaitReply {
    Channel& channel;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiting) const noexcept {
      channel.waiting = waiting;
    }
    Reply await_resume() const {
      channel.expects_loss = false;
      return std::move(channel.reply);
    }
  };

  struct promise_type {
    Channel* channel = nullptr;
    std::coroutine_handle<> caller;
    std::optional<Value> value;
    std::exception_ptr error;

    Steps get_return_object() { return Steps(Handle::from_promise(*this)); }
    std::suspend_always initial_suspend() const noexcept { return {}; }
    Leave final_suspend() const noexcept { return {}; }
    void return_value(Value result) { value = std::move(result); }
    void unhandled_exception() { error = std::current_exception(); }

    template <class Asked>
    requires std::is_constructible_v<Request, Asked> AwaitReply await_transform(Asked asked) {
      channel->request = Request(std::move(asked));
      return {*channel};
    }
    AwaitReply await_transform(Expecting expecting) {
      channel->expects_loss = true;
      channel->request = std::move(expecting.request);
      return {*channel};
    }
    template <class Inner>
    auto await_transform(Steps<Inner> part) {
      return typename Steps<Inner>::AwaitPart{std::move(part), channel};
    }
  };

  struct AwaitPart {
    Steps part;
    Channel* channel;
    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) const noexcept {
      part.handle_.promise().channel = channel;
      part.handle_.promise().caller = caller;
      return part.handle_;
    }
    Value await_resume() const { return part.take(); }
  };

  Steps(Steps&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Steps& operator=(Steps&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Steps() {
    if (handle_) handle_.destroy();
  }

  void start(Channel& channel) {
    handle_.promise().channel = &channel;
    handle_.resume();
  }
  bool is_done() const { return handle_.done(); }

  // What it came to; throws what it threw.
  Value take() const {
    if (handle_.promise().error) std::rethrow_exception(handle_.promise().error);
    return std::move(*handle_.promise().value);
  }

 private:
  explicit Steps(Handle handle) : handle_(handle) {}
  Handle handle_;
};

}  // namespace provisioner::action
