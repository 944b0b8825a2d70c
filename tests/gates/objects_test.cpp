#include "provisioner/platform/gates/objects.h"

#include <gtest/gtest.h>

namespace provisioner::gates {
namespace {

const std::string name = "data.example.org";

ObjectAnswers all_well() {
  const std::map<std::string, std::string> allowed = {
      {"access-control-allow-origin", "https://data.example.org"}};
  return {.text = "x",
          .put = {.status = 200, .headers = allowed},
          .got = {.status = 200, .body = "x", .headers = allowed},
          .removed = {.status = 204}};
}

Verdict judged(const ObjectAnswers& answers) {
  return judge_lines({.lines = lines_of(answers, name)});
}

TEST(ObjectsFromOutside, PassWhereTheyArePutGotAndDeleted) {
  EXPECT_EQ(judged(all_well()).result, Result::passed);
}

TEST(ObjectsFromOutside, FailByWhatTheStoreSaysOfTheFirst) {
  ObjectAnswers answers = all_well();
  answers.put = {.status = 403, .body = "<Code>SignatureDoesNotMatch</Code>\n"};
  EXPECT_EQ(judged(answers).text,
            "the controller, outside of the cluster, cannot put an object by a signed URL: status "
            "403: <Code>SignatureDoesNotMatch</Code>\\n");
  answers.put = {.failure = "no connection to 's3.example.org'"};
  EXPECT_EQ(judged(answers).text,
            "the controller, outside of the cluster, cannot put an object by a signed URL: no "
            "connection to 's3.example.org'");
}

TEST(ObjectsFromOutside, FailWhereSomethingElseComesBack) {
  ObjectAnswers answers = all_well();
  answers.got.body = "y";
  EXPECT_EQ(judged(answers).text,
            "what the controller has put by a signed URL does not come back: status 200: y");
}

TEST(ObjectsFromOutside, FailWhereBrowsersMayNotAsk) {
  ObjectAnswers answers = all_well();
  answers.got.headers.clear();
  EXPECT_EQ(judged(answers).text,
            "the store does not let browsers on https://data.example.org read objects: it allows "
            "'nobody'");
  answers.got.headers = {{"access-control-allow-origin", "https://other.example.org"}};
  EXPECT_EQ(judged(answers).hint,
            "a CORS rule of the bucket: origin https://data.example.org, methods GET, PUT, HEAD");
}

TEST(ObjectsFromOutside, FailWhereAnObjectStays) {
  ObjectAnswers answers = all_well();
  answers.removed = {.status = 403};
  EXPECT_EQ(judged(answers).text, "what the controller has put cannot be deleted: status 403");
}

TEST(ObjectsFromOutside, AreNotAllTriedWithoutAPublicName) {
  EXPECT_EQ(judge_lines({.lines = lines_of(all_well(), "")}).result, Result::not_run);
}

}  // namespace
}  // namespace provisioner::gates
