// The record of a re-image, for people and programs.

#include "provisioner/front/cli/shown_reimage.h"

#include <ostream>

#include "provisioner/base/base/one_line.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/front/cli/table.h"
#include "provisioner/machine/hardware/units.h"

namespace provisioner::cli {
namespace {

using store::JobRecord;
using value::Dict;
using value::List;
using value::Value;

std::vector<const Value*> erased_disks(const Value& node) {
  std::vector<const Value*> disks;
  for (const Value& disk : items_of(node.find("disks")))
    if (value::boolean_or(disk, "is_erased", false)) disks.push_back(&disk);
  return disks;
}

// "LVM2_member sda1:ext4": what lay on it when it was approved.
std::string held(const Value& disk) {
  std::vector<std::string> words;
  for (const Value& one : items_of(disk.find("signatures"))) {
    const std::string where = value::text_or(one, "where", "disk");
    words.push_back((where == "disk" ? "" : where + ":") + value::text_or(one, "type", ""));
  }
  return words.empty() ? "-" : base::join(words, " ");
}

void show_approved(const Value& plan, std::ostream& out) {
  Table table({"NODE", "IMAGE", "ERASES", "SIZE", "SERIAL", "WWN", "HELD"});
  for (const Value& node : items_of(plan.find("nodes")))
    for (const Value* disk : erased_disks(node))
      table.add({value::text_or(node, "node", ""), value::text_or(node, "image", ""),
                 value::text_or(*disk, "name", ""),
                 hardware::gb_text(value::integer_or(*disk, "size", 0)),
                 value::text_or(*disk, "serial", ""), value::text_or(*disk, "wwn", ""),
                 held(*disk)});
  out << "approved:\n";
  table.print(out);
  const std::string playbook = value::text_or(plan, "playbook", "");
  if (!playbook.empty()) out << "then, as a run of its own: " << base::one_line(playbook) << "\n";
}

std::vector<const JobRecord*> ends_of(const std::string& node, const std::vector<JobRecord>& ends) {
  std::vector<const JobRecord*> own;
  for (const JobRecord& end : ends)
    if (end.node == node) own.push_back(&end);
  return own;
}

void show_ends(const Value& plan, const std::vector<JobRecord>& ends, std::ostream& out) {
  Table table({"NODE", "BEGUN", "ENDED", "BOOTED", "OUTCOME"});
  for (const Value& node : items_of(plan.find("nodes"))) {
    const std::string name = value::text_or(node, "node", "");
    const std::vector<const JobRecord*> own = ends_of(name, ends);
    if (own.empty()) table.add({name, "-", "-", "-", "its boot job was not begun"});
    for (const JobRecord* end : own)
      table.add({name, os::utc_seconds(end->begun), end->ended ? os::utc_seconds(*end->ended) : "-",
                 end->was_fetched ? "yes" : "no", end->ended ? end->outcome : "is under way"});
  }
  out << "\nboot jobs:\n";
  table.print(out);
}

Value to_value(const JobRecord& end) {
  return Dict{{"begun", os::utc_text(end.begun)},
              {"ended", end.ended ? Value(os::utc_text(*end.ended)) : Value()},
              {"was_fetched", end.was_fetched},
              {"outcome", end.ended ? Value(end.outcome) : Value()}};
}

}  // namespace

void show_reimage(const Value& plan, const std::vector<JobRecord>& ends, std::ostream& out) {
  show_approved(plan, out);
  show_ends(plan, ends, out);
}

std::vector<Value> reimage_values(const Value& plan, const std::vector<JobRecord>& ends) {
  std::vector<Value> all;
  for (const Value& node : items_of(plan.find("nodes"))) {
    const std::string name = value::text_or(node, "node", "");
    List erased, jobs;
    for (const Value* disk : erased_disks(node)) erased.push_back(*disk);
    for (const JobRecord* end : ends_of(name, ends)) jobs.push_back(to_value(*end));
    all.emplace_back(Dict{{"event", "reimage"},
                          {"host", name},
                          {"image", value::text_or(node, "image", "")},
                          {"erases", std::move(erased)},
                          {"playbook", value::text_or(plan, "playbook", "")},
                          {"jobs", std::move(jobs)}});
  }
  return all;
}

}  // namespace provisioner::cli
