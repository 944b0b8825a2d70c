// A run of `reimage`, as its record tells it afterwards.

#include "provisioner/front/cli/shown_reimage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "provisioner/base/store/run_store.h"
#include "provisioner/base/value/json.h"
#include "provisioner/front/cli/exit_meanings.h"
#include "spoken.h"

namespace provisioner::cli {
namespace {

using store::JobRecord;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
using value::Dict;
using value::List;
using value::Value;

store::WallTime minute(int number) {
  return store::WallTime(std::chrono::seconds(1'800'000'000 + 60 * number));
}

Dict planned_disk(const std::string& name, bool is_erased) {
  return {{"wwn", "0x5000c500a1"}, {"serial", name + "1"}, {"size", std::int64_t{480'000'000'000}},
          {"signatures", List{Dict{{"where", "disk"}, {"type", "gpt"}},
                              Dict{{"where", "sda2"}, {"type", "ext4"}}}},
          {"name", name}, {"is_erased", is_erased}, {"because", "use: system"}};
}

Value plan_of_two() {
  List nodes;
  for (const char* name : {"n03", "n04"})
    nodes.emplace_back(Dict{{"node", name},
                            {"image", "debian-12 1"},
                            {"disks", List{planned_disk("system", true),
                                           planned_disk("data", false)}},
                            {"order", Dict{{"deploy", Dict{{"files", "SECRET"}}}}}});
  return Dict{{"nodes", std::move(nodes)}, {"playbook", "site.yml"}};
}

const std::vector<JobRecord> ends_of_n03 = {{.node = "n03", .begun = minute(0), .ended = minute(1),
                                   .outcome = "no\ndisk", .was_fetched = true},
                                  {.node = "n03", .begun = minute(2), .ended = {}, .outcome = ""}};

TEST(ShownReimage, TellsWhatWasApprovedAndHowEachJobEnded) {
  std::ostringstream out;

  show_reimage(plan_of_two(), ends_of_n03, out);

  EXPECT_EQ(out.str(),
            "approved:\n"
            "NODE  IMAGE        ERASES  SIZE    SERIAL   WWN           HELD\n"
            "n03   debian-12 1  system  480 GB  system1  0x5000c500a1  gpt sda2:ext4\n"
            "n04   debian-12 1  system  480 GB  system1  0x5000c500a1  gpt sda2:ext4\n"
            "then, as a run of its own: site.yml\n"
            "\n"
            "boot jobs:\n"
            "NODE  BEGUN                 ENDED                 BOOTED  OUTCOME\n"
            "n03   2027-01-15T08:00:00Z  2027-01-15T08:01:00Z  yes     no\\ndisk\n"
            "n03   2027-01-15T08:02:00Z  -                     no      is under way\n"
            "n04   -                     -                     -       its boot job was not "
            "begun\n");
}

TEST(ShownReimage, TellsProgramsTheSameNodeByNode) {
  const std::vector<Value> nodes = reimage_values(plan_of_two(), ends_of_n03);

  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(value::write_json(*nodes[0].find("jobs")),
            R"([{"begun": "2027-01-15T08:00:00.000Z", "ended": "2027-01-15T08:01:00.000Z", )"
            R"("was_fetched": true, "outcome": "no\ndisk"}, )"
            R"({"begun": "2027-01-15T08:02:00.000Z", "ended": null, "was_fetched": false, )"
            R"("outcome": null}])");
  EXPECT_EQ(nodes[0].find("erases")->list().size(), 1U);
  EXPECT_TRUE(nodes[1].find("jobs")->list().empty());
}

TEST(ShownReimage, IsWhatRunsShowTells) {
  Desk desk;
  store::RunStore store = store::RunStore::open(desk.path() + "/state");
  const std::string run = store.begin_run(
      {"provisioner reimage n03,n04", "alice@ctl1",
       Dict{{"directory", "/"}, {"plan", plan_of_two()}}});
  store::BootJobs jobs = store::BootJobs::open(desk.path() + "/state");
  jobs.end(jobs.begin("n03", run, Dict{}), "installed", store::JobEnd::installed);
  store.end_run(run, exit_not_so, false);

  const Spoken told = speak({"runs", "show", "last"});
  const Spoken json = speak({"runs", "show", run, "--json"});

  EXPECT_THAT(told.out, StartsWith("run 1: failed (2)\nby alice@ctl1 at "));
  EXPECT_THAT(told.out, HasSubstr("\nprovisioner reimage n03,n04\n\napproved:\nNODE "));
  EXPECT_THAT(told.out, HasSubstr("  no      installed\n"));
  EXPECT_THAT(told.out, EndsWith("its boot job was not begun\n"));
  EXPECT_THAT(json.out, StartsWith(R"({"event": "reimage", "host": "n03", "image": )"));
  EXPECT_THAT(told.out + json.out, testing::Not(HasSubstr("SECRET")));
  EXPECT_THAT(speak({"runs", "list"}).out,
              HasSubstr("failed (2)  alice@ctl1  provisioner reimage n03,n04\n"));
  EXPECT_EQ(speak({"runs", "report", run}).errors,
            "error: run 1 is a re-image: it has no tasks to report\n"
            "hint: provisioner runs show 1\n");
}

}  // namespace
}  // namespace provisioner::cli
