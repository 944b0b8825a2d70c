// What a report on users has left, read again.

#include "provisioner/platform/users/record.h"

#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/json.h"

namespace provisioner::users {
namespace {

const std::string sound =
    R"({"instance": "main", "finished": "2026-11-29T17:00:00Z", "users": 2, "red": 0, )"
    R"("pilots": [], "pilots_red": [], "issuer_faults": 0})";

value::Value record_of(const std::string& text) {
  const base::SourceId source = base::register_source("/state/users.json", text);
  return value::read_json(source).at({source, 1, 1});
}

std::string refusal_of(const std::string& text) {
  try {
    require_record(record_of(text), "main");
  } catch (const base::Error& error) {
    return error.pos().text() + ": " + error.message() + " (" + error.hint() + ")";
  }
  return "";
}

TEST(UsersRecord, IsWhatAReportWrites) { EXPECT_EQ(refusal_of(sound), ""); }

TEST(UsersRecord, HasWhoIsInManyGroupsOrNobody) {
  const auto with = [](const std::string& many) {
    std::string text = sound;
    text.insert(text.size() - 1, R"(, "many_groups": )" + many);
    return refusal_of(text);
  };
  EXPECT_EQ(with("null"), "");
  EXPECT_EQ(with(R"({"user": "ada", "uid": 5001, "gid": 1, "groups": [1, 2, 3, 4, 5, 6, 7, 8, 9, )"
                 R"(10, 11, 12, 13, 14, 15, 16, 17]})"),
            "");
  EXPECT_EQ(with(R"({"user": "ada", "uid": 5001, "gid": 1, "groups": "all"})"),
            "/state/users.json:1:1: this is no record of users: 'many_groups.groups' is a list, "
            "found a string (make it anew: provisioner users report main)");
}

TEST(UsersRecord, IsRefusedWithItsFileWhereItIsNone) {
  EXPECT_EQ(refusal_of("[]"),
            "/state/users.json:1:1: this is no record of users: expected a dict, found a list "
            "(make it anew: provisioner users report main)");
  EXPECT_NE(refusal_of("{\"instance\": \"main\"}").find("'finished' is missing"),
            std::string::npos);
  EXPECT_NE(refusal_of(R"({"instance": "main", "finished": "now", "users": 2, "red": 0,
                           "issuer_faults": 0})")
                .find("'finished' is no time"),
            std::string::npos);
  EXPECT_NE(refusal_of(R"({"instance": "main", "finished": "2026-11-29T17:00:00Z", "users": "x",
                           "red": 0, "issuer_faults": 0})")
                .find("'users' is a number from 0"),
            std::string::npos);
}

TEST(UsersRecord, IsOfThisInstance) {
  const std::string other =
      R"({"instance": "qa", "finished": "2026-11-29T17:00:00Z", "users": 0, "red": 0,
          "issuer_faults": 0})";
  EXPECT_NE(refusal_of(other).find("this record of users is of 'qa', and not of 'main'"),
            std::string::npos);
}

std::string refusal_of_table(const std::string& table) {
  try {
    require_table(table, record_of(sound),
                  {base::register_source("/state/users.csv", table), 1, 1});
  } catch (const base::Error& error) {
    return error.message();
  }
  return "";
}

TEST(UsersTable, HasALineForEachUserOfTheRecord) {
  const std::string head = std::string(table_head) + "\r\n";
  EXPECT_EQ(refusal_of_table(head + "a,yes,,1,1,0,,ok,,\r\nb,yes,\"x\ny\",1,1,0,,ok,,\r\n"), "");
  EXPECT_EQ(refusal_of_table(head + "a,yes,,1,1,0,,ok,,\r\n"),
            "this table has 1 user, and the record beside it 2");
  EXPECT_EQ(refusal_of_table("garbage\n"), "this is no table of users: it begins with other heads");
  EXPECT_EQ(refusal_of_table(""), "this is no table of users: it begins with other heads");
}

}  // namespace
}  // namespace provisioner::users
