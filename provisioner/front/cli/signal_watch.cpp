// Signals that ask to end.

#include "provisioner/front/cli/signal_watch.h"

namespace provisioner::cli {
namespace {

std::atomic<bool> is_asked = false, cuts_off = false;
std::atomic<std::atomic<int>*> wish_of_caller = nullptr;
std::atomic<int> value_of_wish = 0;

extern "C" void take_signal(int) {
  is_asked = true;
  if (std::atomic<int>* wish = wish_of_caller) wish->store(value_of_wish);
}

}  // namespace

SignalWatch::SignalWatch() { begin(); }

SignalWatch::SignalWatch(std::atomic<int>& wish, int value) {
  value_of_wish = value;
  wish_of_caller = &wish;
  begin();
}

SignalWatch::SignalWatch(Questions) {
  begin();
  cuts_off = true;
}

void SignalWatch::begin() {
  is_asked = false;
  handlers_.emplace(take_signal);
}

SignalWatch::~SignalWatch() {
  handlers_.reset();
  cuts_off = false;
  wish_of_caller = nullptr;
}

bool SignalWatch::has_come() { return is_asked; }

bool SignalWatch::cuts_questions_off() { return cuts_off && is_asked; }

}  // namespace provisioner::cli
