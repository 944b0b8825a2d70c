#pragma once

#include <optional>
#include <string>
#include <vector>

#include "provisioner/node/host/host_view.h"
#include "provisioner/node/modules/file_options.h"
#include "provisioner/node/modules/module.h"

namespace provisioner::modules {

// What a path is, in the words of `file`'s results.
std::string file_state(const host::HostView& view,
                       const std::string& path);  // absent file hard link directory

// A moment that an option asks for: leave it, now, or seconds since the epoch.
struct Moment {
  enum class Kind : std::uint8_t { preserve, now, given } kind = Kind::preserve;
  double seconds = 0;
};

// Whether a plan's result is to read as after the change or, in check mode, as a prediction:
// Ansible's differ.
enum class Phase : bool { check, apply };

// One call of `file`: its options read, its path settled.
struct FileTask {
  const host::HostView& view;
  const Arguments& arguments;
  Phase phase;
  std::string path;
  std::string before;  // the state the path is in
  bool follow = true, force = false;
  Moment access, modification;
};

// What is to be done, gathered bit by bit: the steps, and the states that `diff` shows.
struct FileChange {
  std::vector<wire::Step> steps = {};
  value::Dict before = {}, after = {};
  value::List warnings = {};
};

FileChange begin_change(const FileTask& task, std::string_view state);

// Owner, group and mode of `path`, which is (or will be) as `now` says; differences that `shown`
// are noted.
enum class Shown : bool { no, yes };
void change_attributes(const FileTask& task, FileChange& change, const std::string& path,
                       const host::FileStatus& now, Shown shown = Shown::yes);
void change_times(const FileTask& task, FileChange& change, const std::string& path,
                  const host::FileStatus& now);

// The plan of a change, its result holding `keys`.
wire::Plan plan_of(FileChange change, value::Dict keys);
// A failure whose result names the path (and so shows its state).
wire::Plan failed_at(const std::string& path, std::string message);

// One for each value of `state`.
wire::Plan plan_absent(const FileTask& task);
wire::Plan plan_file(const FileTask& task);
wire::Plan plan_directory(const FileTask& task);
wire::Plan plan_link(const FileTask& task);
wire::Plan plan_hard_link(const FileTask& task);
wire::Plan plan_touch(const FileTask& task);

}  // namespace provisioner::modules
