// One host's way through blocks, rescue, always and handlers.

#include "provisioner/engine/run/host_cursor.h"

namespace provisioner::run {
namespace {

using StepPointer = std::shared_ptr<const Step>;

std::size_t number_of(Section section) { return static_cast<std::size_t>(section); }
bool is_in_block(Section section) { return number_of(section) <= number_of(Section::always); }

const Group& group_of(const Place& place) { return *(*place.blocks)[place.block]; }

const std::vector<Item>& items_of(const Place& place) {
  const Group& group = group_of(place);
  if (place.section == Section::rescue) return group.rescue;
  return place.section == Section::always ? group.always : group.tasks;
}

std::shared_ptr<const Place>& inside(Place& place) {
  return place.inside[number_of(place.section)];
}
const Place* inside(const Place& place) { return place.inside[number_of(place.section)].get(); }

bool has_failed(const Place& place) {
  const bool rescue_failed = place.failed.contains(Section::rescue);
  const bool always_failed = place.failed.contains(Section::always);
  const bool inner_failed =
      is_in_block(place.section) && inside(place) != nullptr && has_failed(*inside(place));
  if (inner_failed && place.section != Section::tasks) return true;
  if (!place.failed.empty()) {
    if (place.section == Section::rescue && !rescue_failed) return false;
    if (place.section == Section::always && !always_failed) return false;
    return !place.is_rescued || always_failed;
  }
  return inner_failed && (group_of(place).rescue.empty() || rescue_failed);
}

// What follows a failure in this block: the section that still runs.
Section after_failure(const Place& place) {
  if (place.block >= place.blocks->size()) return Section::over;
  const bool may_rescue = place.section == Section::tasks || place.section == Section::handlers;
  if (may_rescue && !group_of(place).rescue.empty()) return Section::rescue;
  if (place.section != Section::always && !group_of(place).always.empty()) return Section::always;
  return Section::over;
}

void set_failed(Place& place) {
  if (place.section == Section::over) return;
  if (is_in_block(place.section) && inside(place) != nullptr) {
    Place inner = *inside(place);
    set_failed(inner);
    inside(place) = std::make_shared<const Place>(std::move(inner));
    return;
  }
  place.failed.insert(place.section);
  place.section = after_failure(place);
}

StepPointer advance(Place& place, const std::set<const Step*>& notified);

// The next handler that was notified; nullptr where the flush is over.
StepPointer advance_handlers(Place& place, const std::set<const Step*>& notified) {
  if (place.failed.contains(Section::handlers)) {  // a flush inside the `always` of a failed one
    place.section = Section::over;
    return nullptr;
  }
  while (place.handler < place.handlers->size()) {
    const StepPointer& handler = (*place.handlers)[place.handler++];
    if (notified.contains(handler.get())) return handler;
  }
  place.section = place.before_flush;
  return nullptr;
}

StepPointer advance_inside(Place& place, const std::set<const Step*>& notified) {
  Place inner = *inside(place);
  StepPointer step = advance(inner, notified);
  if (has_failed(inner)) {
    inside(place) = nullptr;
    set_failed(place);
    return nullptr;
  }
  inside(place) = step ? std::make_shared<const Place>(std::move(inner)) : nullptr;
  return step;
}

// All items of the section are done.
void leave_section(Place& place) {
  switch (place.section) {
    case Section::tasks:
      place.section = Section::always;
      break;
    case Section::rescue:
      if (!group_of(place).rescue.empty()) place.failed.clear();
      place.section = Section::always;
      place.is_rescued = true;
      break;
    default:
      if (!place.failed.empty()) {
        place.section = Section::over;
        break;
      }
      ++place.block;
      place.index = {};
      place.inside = {};
      place.section = Section::tasks;
      place.is_rescued = false;
  }
}

// The next item of the section in hand, or a change of section.
StepPointer advance_section(Place& place) {
  if (place.section == Section::tasks && has_failed(place)) {
    place.section = Section::rescue;
    return nullptr;
  }
  if (place.section == Section::rescue && place.failed.contains(Section::rescue)) {
    place.section = Section::always;
    return nullptr;
  }
  std::size_t& index = place.index[number_of(place.section)];
  if (index >= items_of(place).size()) {
    leave_section(place);
    return nullptr;
  }
  const Item& item = items_of(place)[index++];
  if (const auto* step = std::get_if<StepPointer>(&item)) return *step;
  Place inner;
  inner.blocks =
      std::make_shared<const Blocks>(Blocks{std::get<std::shared_ptr<const Group>>(item)});
  inside(place) = std::make_shared<const Place>(std::move(inner));
  return nullptr;
}

StepPointer advance(Place& place, const std::set<const Step*>& notified) {
  while (place.section != Section::over) {
    if (place.block >= place.blocks->size()) {
      place.section = Section::over;
      break;
    }
    StepPointer step;
    if (place.section == Section::handlers)
      step = advance_handlers(place, notified);
    else if (inside(place) != nullptr)
      step = advance_inside(place, notified);
    else
      step = advance_section(place);
    if (step) return step;
  }
  return nullptr;
}

const Place& innermost(const Place& place) {
  if (!is_in_block(place.section) || inside(place) == nullptr) return place;
  return innermost(*inside(place));
}

bool is_any_rescuing(const Place& place) {
  if (place.section == Section::tasks && place.block < place.blocks->size() &&
      !group_of(place).rescue.empty())
    return true;
  for (const auto& inner : place.inside)
    if (inner) return is_any_rescuing(*inner);
  return false;
}

void forgive_place(Place& place) {
  place.failed.clear();
  for (auto& inner : place.inside) {
    if (!inner) continue;
    Place forgiven = *inner;
    forgive_place(forgiven);
    inner = std::make_shared<const Place>(std::move(forgiven));
    return;
  }
}

void insert_into(Place& place, const Blocks& included) {
  if (!is_in_block(place.section)) return;
  if (place.section == Section::tasks && !place.failed.empty()) return;
  Place inner;
  if (inside(place) != nullptr) {
    inner = *inside(place);
    insert_into(inner, included);
  } else {
    Group joined;
    joined.tasks.assign(included.begin(), included.end());
    inner.blocks =
        std::make_shared<const Blocks>(Blocks{std::make_shared<const Group>(std::move(joined))});
  }
  inside(place) = std::make_shared<const Place>(std::move(inner));
}

}  // namespace

HostCursor::HostCursor(std::shared_ptr<const Blocks> play) { place_.blocks = std::move(play); }

const HostCursor::Ahead& HostCursor::ahead() const {
  if (!ahead_) {
    Ahead ahead{place_, nullptr};
    ahead.step = advance(ahead.place, notified_);
    ahead_ = std::move(ahead);
  }
  return *ahead_;
}

Place& HostCursor::change() {
  ahead_.reset();
  return place_;
}

void HostCursor::take() {
  Place behind = ahead().place;
  change() = std::move(behind);
}

void HostCursor::fail() { set_failed(change()); }

bool HostCursor::is_failed() const { return has_failed(place_); }

bool HostCursor::would_be_rescued() const { return is_any_rescuing(place_); }

bool HostCursor::is_spared() const {
  const Place& active = innermost(ahead().place);
  if (active.section == Section::rescue) return !active.failed.contains(Section::rescue);
  return active.section == Section::always;
}

void HostCursor::forgive() { forgive_place(change()); }

void HostCursor::insert(const Blocks& included) {
  if (!included.empty()) insert_into(change(), included);
}

void HostCursor::end() { change().section = Section::over; }

void HostCursor::flush(std::shared_ptr<const Place::Steps> handlers) {
  Place& place = change();
  place.before_flush = place.section;
  place.section = Section::handlers;
  place.handlers = std::move(handlers);
  place.handler = 0;
}

void HostCursor::insert_handlers(const Place::Steps& included) {
  for (const auto& handler : included) notified_.insert(handler.get());
  Place& place = change();
  if (place.section != Section::handlers) return;
  auto handlers = *place.handlers;
  handlers.insert(handlers.begin() + static_cast<std::ptrdiff_t>(place.handler), included.begin(),
                  included.end());
  place.handlers = std::make_shared<const Place::Steps>(std::move(handlers));
}

void HostCursor::notify(const std::shared_ptr<const Step>& handler) {
  change();
  notified_.insert(handler.get());
}

void HostCursor::handler_ran(const Step* handler) {
  change();
  notified_.erase(handler);
}

bool HostCursor::is_in_handlers() const {
  return ahead().step != nullptr && ahead().place.section == Section::handlers;
}

std::size_t HostCursor::handler_index() const { return ahead().place.handler; }

}  // namespace provisioner::run
