// Random sites in which it is known who has which fault.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "facts_by_hand.h"

namespace provisioner::users {
namespace {

// Plants faults and keeps what is to be found.
class Site {
 public:
  explicit Site(unsigned seed) : random_(seed) {
    everybody_.name = "rsp";
    everybody_.gid = 70000;
    const std::size_t count = 50 + random_() % 200;
    for (std::size_t number = 0; number < count; ++number) add(number);
    facts_.groups.push_back(everybody_);
    std::ranges::shuffle(facts_.directory, random_);
    std::ranges::shuffle(facts_.homes, random_);
  }

  const Facts& facts() const { return facts_; }
  const std::map<std::string, std::string>& wanted() const { return wanted_; }

 private:
  void add(std::size_t number) {
    std::string name = "u" + std::to_string(number) + "x";
    const auto uid = static_cast<std::uint32_t>(2000 + number);
    const unsigned fault = static_cast<unsigned>(random_() % 20);
    if (fault == 4) name = "U" + std::to_string(number);
    add_user(facts_, name, uid);
    everybody_.members.push_back(name);
    wanted_[name] = plant(fault, name, uid);
  }

  std::string plant(unsigned fault, const std::string& name, std::uint32_t uid) {
    switch (fault) {
      case 1:
        facts_.directory.pop_back();
        everybody_.members.pop_back();
        return "no-ldap";
      case 2:
        facts_.homes.back().uid = uid + 30000;
        return "uid-differs";
      case 3:
        facts_.directory.back().gid = std::nullopt;
        return "no-primary-gid";
      case 4:
        return "bad-name";
      case 5:
        add_user(facts_, name + "y", uid);
        wanted_[name + "y"] = "duplicate-uid";
        return "duplicate-uid";
      case 6:
        for (std::uint32_t more = 0; more < 16; ++more)
          facts_.groups.push_back({.name = "g", .gid = 71000 + more, .members = {name}});
        return "over-16-groups";
      case 7:
        facts_.directory.back().uid = facts_.homes.back().uid = uid + 100000;
        return "range-clash";
      default:
        return "ok";
    }
  }

  std::mt19937 random_;
  Facts facts_;
  LdapGroup everybody_;
  std::map<std::string, std::string> wanted_;
};

TEST(RandomSites, HaveTheFaultsThatWerePlantedAndNoOthers) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    const Site site(seed);
    const Report report = report_on(site.facts(), site_identity());
    ASSERT_EQ(report.rows.size(), site.wanted().size()) << seed;
    for (const auto& [user, verdict] : site.wanted())
      ASSERT_EQ(verdicts_of(report, user), verdict) << user << " of seed " << seed;
  }
}

TEST(LargeSites, AreWholeInTheReport) {
  Facts facts;
  LdapGroup everybody{.name = "rsp", .gid = 70000, .members = {}};
  for (std::uint32_t number = 0; number < 50'000; ++number) {
    add_user(facts, "user" + std::to_string(number) + "x", 2000 + number);
    everybody.members.push_back(facts.directory.back().dn);
  }
  facts.groups.push_back(everybody);
  const Report report = report_on(facts, site_identity());
  EXPECT_EQ(report.rows.size(), 50'000u);
  EXPECT_EQ(report.red(), 0u);
}

}  // namespace
}  // namespace provisioner::users
