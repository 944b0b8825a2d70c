#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/event.h"
#include "provisioner/front/view/terminal.h"

namespace provisioner::view {

// What ansible-playbook's default callback prints, from events; and on a terminal a live last line
// with the hosts done, the slow ones by name, and the time gone.
class PlayView : public store::EventSink {
 public:
  struct Options {
    int verbosity = 0;
    bool show_differences = false;
    bool show_skipped = true;
    bool show_ok = true;
  };

  PlayView(Terminal& terminal, Terminal& errors, Options options, const os::Clock& clock);

  void take(const store::Event& event) override;
  void idle() override;

 private:
  struct TaskShown {
    std::string name, module, path;
    bool is_handler = false;
    std::set<std::string> waiting;  // hosts without a result yet
    std::size_t hosts = 0;
    os::Instant begun;
    std::map<std::string, std::string> doing;  // what slow hosts say they do
  };

  void play_started(const value::Value& data);
  void task_started(const value::Value& data);
  void host_finished(const store::Event& event);
  void item_finished(const store::Event& event);
  void retry(const store::Event& event);
  void included(const value::Value& data);
  void recap(const value::Value& data);
  void show_differences(const value::Value& data);
  void show_warnings(const value::Value& result);
  void show_extra(const value::Value& data);
  std::string behind(const value::Value& result, bool always) const;
  std::string host_label(const store::Event& event) const;
  void show_lacks();
  void refresh();

  Terminal& terminal_;
  Terminal& errors_;
  Options options_;
  const os::Clock& clock_;
  os::Instant begun_;
  TaskShown task_;
  std::vector<value::Value> lacks_;  // told behind the recap
};

// The recap's lines as ansible-playbook prints them, in order of host name, and a line more for
// what nobody knows.
void show_recap(Terminal& terminal, const value::Value& recap);

// "n[01-17],n20" for names that differ only in one number.
std::string folded(std::vector<std::string> names);

}  // namespace provisioner::view
