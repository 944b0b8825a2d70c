#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "provisioner/engine/run/play_tree.h"

namespace provisioner::run {

// Where a host stands in blocks that follow each other, and inside the one it has entered.
// `over` is the end: all done, or failed with nothing left to run.
enum class Section : std::uint8_t { tasks, rescue, always, handlers, over };

struct Place {
  using Steps = std::vector<std::shared_ptr<const Step>>;

  std::shared_ptr<const Blocks> blocks;
  std::size_t block = 0;
  Section section = Section::tasks;
  std::array<std::size_t, 3> index{};                    // behind the item entered last, by section
  std::array<std::shared_ptr<const Place>, 3> inside{};  // the block entered there
  std::set<Section> failed;                              // the sections that did
  bool is_rescued = false;

  // Of the outermost place: the flush it is in.
  Section before_flush = Section::tasks;
  std::shared_ptr<const Steps> handlers;
  std::size_t handler = 0;  // behind the one begun last
};

// One host's way through a play. Pure: it is asked what comes next and told what became of it. The
// rules are those of ansible-core, down to what a failure inside a flush or an `always` means.
class HostCursor {
 public:
  explicit HostCursor(std::shared_ptr<const Blocks> play);

  // The step whose turn it is; nullptr once the host is through. Looking changes nothing.
  std::shared_ptr<const Step> next() const { return ahead().step; }

  // The step that `next` answered is being done; what follows comes next.
  void take();

  // The step taken last failed: on to rescue or always, or the host is out.
  void fail();
  bool is_failed() const;
  bool would_be_rescued() const;  // a failure now counts as rescued
  bool is_spared() const;         // in a rescue or an always: any_errors_fatal passes it by
  void forgive();                 // clear_host_errors

  // Blocks brought by an include that was taken last: they come next.
  void insert(const Blocks& included);

  // The host leaves the play without failing (end_host, end_play, end_batch).
  void end();

  // Begins with the handlers of the play in definition order; those notified run.
  void flush(std::shared_ptr<const Place::Steps> handlers);
  // Handlers that an include brought, behind it and notified.
  void insert_handlers(const Place::Steps& included);
  void notify(const std::shared_ptr<const Step>& handler);
  void handler_ran(const Step* handler);
  bool is_notified(const Step* handler) const { return notified_.contains(handler); }
  bool is_in_handlers() const;        // `next` answers a handler
  std::size_t handler_index() const;  // its place, from 1
  bool is_flushing() const { return place_.section == Section::handlers; }

 private:
  struct Ahead {
    Place place;
    std::shared_ptr<const Step> step;
  };
  const Ahead& ahead() const;
  Place& change();

  Place place_;
  std::set<const Step*> notified_;
  mutable std::optional<Ahead> ahead_;
};

}  // namespace provisioner::run
