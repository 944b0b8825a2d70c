#pragma once

#include <memory>
#include <set>
#include <vector>

#include "provisioner/engine/run/play_tree.h"

namespace provisioner::run {

// Where one host stands in a play: a stack of blocks, each with its section and the place in it.
// Pure: it is asked what comes next and told what became of it.
class HostCursor {
 public:
  explicit HostCursor(std::shared_ptr<const Group> play);

  // The step whose turn it is; nullptr once the host is through. Asking again answers the same.
  std::shared_ptr<const Step> next();

  // The step that `next` answered is being done; what follows comes next.
  void take();

  // The step taken last failed: on to rescue or always, or the host is out.
  void fail();

  // Tasks brought by an include that was taken last: they come next.
  void insert(std::shared_ptr<const Group> included);

  // The host leaves the play without failing (end_host, end_play, end_batch).
  void end();

  // Handlers: `flush` begins with the handlers of the play in definition order; those notified run.
  // A handler that is an include may add others behind itself.
  void flush(const std::vector<std::shared_ptr<const Step>>& handlers);
  void insert_handlers(const std::vector<std::shared_ptr<const Step>>& included);
  void notify(const std::shared_ptr<const Step>& handler) { notified_.insert(handler.get()); }
  bool is_notified(const Step* handler) const { return notified_.contains(handler); }
  bool has_notifications() const { return !notified_.empty(); }
  bool is_in_handlers() const { return in_handlers_; }
  std::size_t handler_index() const {
    return handler_index_;
  }  // of the handler that `next` answered

  bool is_failed() const { return failed_; }
  bool is_rescuing() const;   // some block around runs its rescue
  bool is_in_always() const;  // some block around runs its always
  void forgive();             // clear_host_errors

 private:
  enum class Section : std::uint8_t { tasks, rescue, always };
  struct Frame {
    std::shared_ptr<const Group> group;
    Section section = Section::tasks;
    std::size_t index = 0;
    bool failed = false;
  };

  static const std::vector<Item>& items(const Frame& frame);
  std::shared_ptr<const Step> next_handler();
  void leave_section();

  std::vector<Frame> frames_;
  bool failed_ = false;
  bool in_handlers_ = false;
  std::vector<std::shared_ptr<const Step>> handlers_;
  std::size_t handler_index_ = 0;
  std::set<const Step*> notified_;
};

}  // namespace provisioner::run
