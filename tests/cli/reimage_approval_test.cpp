// What a re-image that goes on still takes for approved.

#include "provisioner/front/cli/reimage_approval.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/store/run_store.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "provisioner/front/cli/run_record.h"
#include "provisioner/machine/image/image_store.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using testing::HasSubstr;
using value::Dict;
using value::List;
using value::Value;
using Use = inventory::Disk::Use;

constexpr std::int64_t bytes = 480'000'000'000;
const std::string manifest(64, 'a');

Dict signature(const std::string& type, const std::string& uuid = "") {
  return {{"where", "disk"}, {"type", type}, {"uuid", uuid}, {"label", ""}, {"offset", 0}};
}
Dict disk(const std::string& serial, List signatures) {
  return {{"wwn", ""}, {"serial", serial}, {"size", bytes}, {"signatures", std::move(signatures)}};
}
inventory::Disk wanted(const std::string& name, const std::string& serial, Use use) {
  inventory::Disk disk;
  disk.name = name;
  disk.serial = serial;
  disk.use = use;
  return disk;
}

class Approval : public testing::Test {
 protected:
  Approval() {
    node_.node.disks = {wanted("left", "L1", Use::system), wanted("right", "R1", Use::data)};
    see({signature("LVM2_member")}, {});
  }

  // The disks as they are now, left and right.
  void see(List left, List right) {
    Dict first = disk("L1", std::move(left)), second = disk("R1", std::move(right));
    records_.put_hardware(
        {"n01", {}, "ram disk", Dict{{"disks", List{std::move(first), std::move(second)}}}});
  }
  void put(const std::string& state, std::chrono::minutes after_begin) {
    records_.put_state({"n01", state, "", "bob@ctl1", approval_.given + after_begin});
  }

  // The plan: LVM on the left disk was agreed to be lost.
  Value planned(const std::string& layout = "single") const {
    Dict left = disk("L1", {signature("LVM2_member")}), right = disk("R1", {});
    Dict deploy{{"manifest", manifest}, {"layout", layout}, {"disk", left}};
    if (layout == "mirror") deploy.set("second_disk", right);
    left.set("name", "left");
    left.set("is_erased", true);
    right.set("name", "right");
    right.set("is_erased", layout == "mirror");
    return Dict{{"node", "n01"},
                {"disks", List{std::move(left), std::move(right)}},
                {"order", Dict{{"deploy", std::move(deploy)}}}};
  }
  std::string refusal(const std::string& layout = "single") const {
    try {
      require_as_approved(node_, planned(layout), approval_, records_, jobs_);
      return "";
    } catch (const base::Error& error) {
      return error.message();
    }
  }

  Desk desk_;
  store::NodeRecords records_ = store::NodeRecords::open(desk_.path() + "/state");
  store::BootJobs jobs_ = store::BootJobs::open(desk_.path() + "/state");
  NamedNode node_{.name = "n01"};
  EarlierApproval approval_{"1", os::system_clock().wall() - std::chrono::hours(1), {}};
};

TEST_F(Approval, StandsWhereNothingHasChanged) {
  EXPECT_EQ(refusal(), "");
  put("in service", std::chrono::minutes(-60));
  EXPECT_EQ(refusal(), "");
}

TEST_F(Approval, StandsInTheMiddleOfItsOwnWork) {
  for (const char* state : {"armed", "booting", "writing", "failed"}) {
    put(state, std::chrono::minutes(10));
    see({signature("provisioner_unfinished", manifest)}, {});
    EXPECT_EQ(refusal(), "") << state;
  }
}

TEST_F(Approval, StandsWhereAMirrorIsHalfMade) {
  node_.node.deploy.layout = inventory::Deploy::Layout::mirror;
  node_.node.disks.back().use = Use::system;
  see({signature("provisioner_unfinished", manifest)}, {signature("linux_raid_member")});
  EXPECT_EQ(refusal("mirror"), "");
}

TEST_F(Approval, EndsWhereTheDiskIsKeptNow) {
  node_.node.disks.front().use = Use::data;
  EXPECT_EQ(refusal(), "n01: what run 1 was approved for is not so any more: the inventory has no "
                       "disk with 'use: system'");
}

TEST_F(Approval, EndsWhereAnotherDiskWouldBeErased) {
  std::swap(node_.node.disks.front().use, node_.node.disks.back().use);
  EXPECT_EQ(refusal(), "n01: what run 1 was approved for is not so any more: it erases the disk "
                       "with WWN '', serial 'L1', 480000000000 bytes, and by the inventory it is "
                       "now that with WWN '', serial 'R1', 480000000000 bytes");
}

TEST_F(Approval, EndsWhereSomethingForeignHasCome) {
  see({signature("gpfs_nsd")}, {});
  EXPECT_THAT(refusal(), HasSubstr("holds gpfs_nsd on the disk itself"));
}

TEST_F(Approval, EndsWithTheImageOfAnotherRun) {
  jobs_.end(jobs_.begin("n01", "1", Value(Dict{})), "the node was slow");
  jobs_.end(jobs_.begin("n01", "2", Value(Dict{})), "installed", store::JobEnd::installed);
  put("failed", std::chrono::minutes(10));
  EXPECT_EQ(refusal(), "n01: run 2 has brought an image onto it since run 1 began");
}

TEST_F(Approval, EndsWithTheRefusalOfTheRamDisk) {
  const std::int64_t job = jobs_.begin("n01", "1", Value(Dict{}));
  jobs_.end(job, "refused by its RAM disk: another disk", store::JobEnd::refused);
  jobs_.end(jobs_.begin("n01", "", Value(Dict{})), "its hardware is known");
  put("failed", std::chrono::minutes(10));
  EXPECT_EQ(refusal(), "n01: refused by its RAM disk: another disk");
}

TEST_F(Approval, StandsWhereTheRamDiskHasRefusedAnotherRun) {
  const std::int64_t job = jobs_.begin("n01", "0", Value(Dict{}));
  jobs_.end(job, "refused by its RAM disk: another disk", store::JobEnd::refused);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Approval, EndsWhereSomebodyHasMovedTheNodeOn) {
  put("in service", std::chrono::minutes(10));
  EXPECT_THAT(refusal(), testing::MatchesRegex("n01: it is 'in service' since .*, by bob@ctl1, and "
                                               "was not before run 1 began"));
}

// By the program, with a run that was cut off at its very beginning.
class ResumedReimage : public Approval {
 protected:
  void write_nodes(const std::string& use, const std::string& more = "") {
    desk_.write("hosts.yml",
                "all:\n  vars: {bmc: {address: \"ipmi://127.0.0.1:9\"}}\n  hosts:\n" + more +
                    "    n01: {disks: [{name: left, serial: L1, use: " + use +
                    "}, {name: right, serial: R1, use: data}]}\n");
  }
  void cut_off() {
    store::RunStore store = store::RunStore::open(desk_.path() + "/state");
    const Typed typed{.words = {"reimage", "all", "-i", "hosts.yml"}};
    RunRecord record(store, {.typed = typed,
                             .parameters = Dict{{"directory", desk_.path()},
                                                {"plan", Dict{{"nodes", List{planned()}}}}},
                             .nodes = {"n01"}});
    record.end(exit_not_so);
  }
};

TEST_F(ResumedReimage, IsHeldAgainstTheInventoryOfNow) {
  write_nodes("data");
  cut_off();
  jobs_.begin("n01", "1", Value(Dict{}));
  put("armed", std::chrono::hours(2));

  const Spoken told = speak({"resume", "1"});

  EXPECT_EQ(told.status, exit_not_so);
  EXPECT_THAT(told.out, HasSubstr("n01: what run 1 was approved for is not so any more: the "
                                  "inventory has no disk with 'use: system'"));
  EXPECT_FALSE(jobs_.open_job("n01"));
  EXPECT_EQ(records_.state("n01")->state, "failed");
}

TEST_F(ResumedReimage, IsAboutTheNodesOfItsPlanAlone) {
  write_nodes("data", "    n00: {}\n");
  cut_off();
  EXPECT_THAT(speak({"resume", "1"}).out, testing::Not(HasSubstr("n00")));

  desk_.write("hosts.yml", "all:\n  hosts:\n    n00: {}\n");
  EXPECT_EQ(speak({"resume", "1"}).errors,
            "error: run 1 is about 'n01' too, and the inventory does not name it any more\n"
            "hint: put it back, or re-image the others anew: provisioner reimage NODES\n");
}

// A whole plan: an image, a node that can boot, and disks that were looked at.
class HeldReimage : public Approval {
 protected:
  HeldReimage() {
    const image::Store images = image::Store::make(desk_.path() + "/images");
    const std::string file = images.keep_file("a kernel, a RAM disk");
    images.publish({"sample", "1", 512, {}, {images.keep_chunk(0, std::string(512, 'x'))}},
                   {.kernel = file, .ram_disk = file});
    desk_.write("hosts.yml",
                "all:\n  vars: {operator_keys: [ssh-ed25519 AAAA], bmc: {address: "
                "\"ipmi://127.0.0.1:9\"}}\n  hosts:\n    n01:\n      network: {interfaces: "
                "[{name: eno1, mac: \"00:00:5e:00:53:01\", addresses: [10.78.0.11/24]}]}\n"
                "      disks: [{name: left, serial: L1, use: system}]\n");
    see({}, {});
  }
  static Spoken reimage(std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"reimage", "n01",     "-i",       "hosts.yml",
                                      "--image", "sample", "--images", "images"};
    words.insert(words.end(), more.begin(), more.end());
    return speak(words);
  }
};

TEST_F(HeldReimage, UsesUpNoApproval) {
  const Spoken planned = reimage();
  const std::string mark = "--apply ";
  ASSERT_THAT(planned.errors, HasSubstr(mark)) << planned.out;
  const std::string digest = planned.errors.substr(planned.errors.find(mark) + mark.size(), 12);
  store::RunStore store = store::RunStore::open(desk_.path() + "/state");
  store.lock(store.begin_run({"run", "bob@ctl2", Value(Dict{})}), {"n01"});

  const Spoken held = reimage({"--apply", digest});

  EXPECT_EQ(held.status, exit_usage);
  EXPECT_THAT(held.errors, HasSubstr("error: n01 is held by run 1 of bob@ctl2 since "));
  EXPECT_NO_THROW(jobs_.use_plan(digest, "alice@ctl1"));
}

TEST_F(HeldReimage, UsesUpNoApprovalWithoutABootService) {
  const Spoken planned = reimage();
  const std::string mark = "--apply ";
  ASSERT_THAT(planned.errors, HasSubstr(mark)) << planned.out;
  EXPECT_THAT(planned.errors, HasSubstr("warning: no boot service is at work here"));
  const std::string digest = planned.errors.substr(planned.errors.find(mark) + mark.size(), 12);

  const Spoken refused = reimage({"--apply", digest});

  EXPECT_EQ(refused.status, exit_usage);
  EXPECT_THAT(refused.errors, HasSubstr("error: no boot service is at work\nhint: start one"));
  EXPECT_NO_THROW(jobs_.use_plan(digest, "alice@ctl1"));
}

}  // namespace
}  // namespace provisioner::cli
