// G-5: what came of objects, from outside.

#include "provisioner/platform/gates/objects.h"

namespace provisioner::gates {

std::vector<Line> lines_of(const ObjectAnswers& answers, const std::string& public_name) {
  const char* hint = "gen3.s3.url is where browsers go, too; the store's clock; path style";
  if (!answers.put.is_fine())
    return {wrong("put, from outside",
                  "the controller, outside of the cluster, cannot put an object by a signed URL: " +
                      answers.put.text(),
                  hint)};
  std::vector<Line> lines = {right("an object is put by a signed URL, from outside")};
  if (answers.got.status == 200 && answers.got.body == answers.text)
    lines.push_back(right("and got"));
  else
    lines.push_back(wrong(
        "get, from outside",
        "what the controller has put by a signed URL does not come back: " + answers.got.text(),
        hint));
  const std::string origin = "https://" + public_name,
                    allowed = answers.got.header("access-control-allow-origin");
  if (public_name.empty())
    lines.push_back(lacking("no public name is known: whether browsers may ask was not tried",
                            "gen3.hostname"));
  else if (allowed == "*" || allowed == origin)
    lines.push_back(right("browsers on " + public_name + " may read objects (CORS)"));
  else
    lines.push_back(
        wrong("CORS, from outside",
              "the store does not let browsers on " + origin + " read objects: it allows '" +
                  (allowed.empty() ? "nobody" : allowed) + "'",
              "a CORS rule of the bucket: origin " + origin + ", methods GET, PUT, HEAD"));
  if (answers.removed.is_fine())
    lines.push_back(right("and deleted"));
  else
    lines.push_back(
        wrong("delete, from outside",
              "what the controller has put cannot be deleted: " + answers.removed.text(),
              "rights of the key"));
  return lines;
}

}  // namespace provisioner::gates
