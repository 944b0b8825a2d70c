// One host's way through blocks, rescue, always and handlers.

#include "provisioner/engine/run/host_cursor.h"

#include <algorithm>

namespace provisioner::run {

HostCursor::HostCursor(std::shared_ptr<const Group> play) { frames_.push_back({std::move(play)}); }

const std::vector<Item>& HostCursor::items(const Frame& frame) {
  switch (frame.section) {
    case Section::tasks:
      return frame.group->tasks;
    case Section::rescue:
      return frame.group->rescue;
    case Section::always:
      return frame.group->always;
  }
  return frame.group->tasks;
}

std::shared_ptr<const Step> HostCursor::next() {
  if (in_handlers_)
    if (auto handler = next_handler()) return handler;
  while (!frames_.empty()) {
    Frame& top = frames_.back();
    if (top.index == items(top).size()) {
      leave_section();
      continue;
    }
    const Item& item = items(top)[top.index];
    if (const auto* step = std::get_if<std::shared_ptr<const Step>>(&item)) return *step;
    ++top.index;
    frames_.push_back({std::get<std::shared_ptr<const Group>>(item)});
  }
  return nullptr;
}

std::shared_ptr<const Step> HostCursor::next_handler() {
  while (handler_index_ < handlers_.size()) {
    const auto& handler = handlers_[handler_index_];
    if (notified_.contains(handler.get())) return handler;
    ++handler_index_;
  }
  in_handlers_ = false;
  return nullptr;
}

void HostCursor::take() {
  if (in_handlers_) {
    notified_.erase(handlers_[handler_index_].get());
    ++handler_index_;
    return;
  }
  ++frames_.back().index;
}

// A section ended without a failure in it.
void HostCursor::leave_section() {
  Frame& top = frames_.back();
  if (top.section == Section::rescue) top.failed = false;  // rescued
  if (top.section != Section::always) {
    top.section = Section::always;
    top.index = 0;
    return;
  }
  const bool failed = top.failed;
  frames_.pop_back();
  if (failed) fail();
}

void HostCursor::fail() {
  in_handlers_ = false;
  while (!frames_.empty()) {
    Frame& top = frames_.back();
    const Section before = top.section;
    top.failed = true;
    top.index = 0;
    if (before == Section::tasks && !top.group->rescue.empty()) {
      top.section = Section::rescue;
      return;
    }
    if (before != Section::always && !top.group->always.empty()) {
      top.section = Section::always;
      return;
    }
    frames_.pop_back();
  }
  failed_ = true;
}

void HostCursor::insert(std::shared_ptr<const Group> included) {
  frames_.push_back({std::move(included)});
}

void HostCursor::end() {
  frames_.clear();
  in_handlers_ = false;
}

void HostCursor::flush(const std::vector<std::shared_ptr<const Step>>& handlers) {
  if (notified_.empty()) return;
  handlers_ = handlers;
  handler_index_ = 0;
  in_handlers_ = true;
}

void HostCursor::insert_handlers(const std::vector<std::shared_ptr<const Step>>& included) {
  handlers_.insert(handlers_.begin() + static_cast<std::ptrdiff_t>(handler_index_),
                   included.begin(), included.end());
  for (const auto& handler : included) notified_.insert(handler.get());
  in_handlers_ = true;
}

bool HostCursor::is_rescuing() const {
  return std::any_of(frames_.begin(), frames_.end(),
                     [](const Frame& f) { return f.section == Section::rescue; });
}

bool HostCursor::is_in_always() const {
  return std::any_of(frames_.begin(), frames_.end(),
                     [](const Frame& f) { return f.section == Section::always; });
}

void HostCursor::forgive() { failed_ = false; }

}  // namespace provisioner::run
