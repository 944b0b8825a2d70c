// Room for notebooks' images.

#include "provisioner/platform/gates/notebook_images.h"

#include <gtest/gtest.h>

namespace provisioner::gates {
namespace {

constexpr std::uint64_t gib = std::uint64_t{1} << 30U;

const std::string too_little =
    "about 240.0 GiB are needed in /var/lib/containerd, and of its 200.0 GiB 170.0 GiB are left "
    "until the 85 % in use at which the kubelet throws images away";

TEST(NotebookImages, FitOnEachNode) {
  const std::vector<Line> lines =
      lines_of({{.name = "n06", .free = 9 * gib}, {.name = "n07", .free = 90 * gib}}, 6, "");
  const Verdict verdict = judge_lines({.lines = lines});
  EXPECT_EQ(verdict.result, Result::passed);
  EXPECT_EQ(verdict.text, "2 trials, all as it must be");
  EXPECT_EQ(lines.front().what, "6 images that are pulled before fit");
}

TEST(NotebookImages, AreNamedWithTheNodeOnWhichTheyDoNotFit) {
  const Verdict verdict =
      judge_lines({.lines = lines_of({{.name = "n06", .free = 170 * gib, .lack = too_little},
                                      {.name = "n07", .free = 900 * gib},
                                      {.name = "n08"}},
                                     6, "")});
  EXPECT_EQ(verdict.result, Result::failed);
  EXPECT_EQ(verdict.text, "n06: for 6 images " + too_little + " (and 1 more)");
  EXPECT_EQ(verdict.hint,
            "a larger disk for /var/lib/containerd (deploy.cache_gib), or fewer images: "
            "phalanx_prepulled");
  EXPECT_EQ(verdict.details.back(),
            "n08: room for images: it does not answer, or has no /var/lib/containerd");
}

TEST(NotebookImages, AreStoodForByARuleWhereTheyAreNotKnown) {
  const std::string unknown = "no image 'sciplat-lab' is vetted";
  const Verdict passed =
      judge_lines({.lines = lines_of({{.name = "n06", .free = 50 * gib}}, 0, unknown)});
  EXPECT_EQ(passed.result, Result::passed);
  EXPECT_EQ(passed.text,
            "1 trial, all as it must be: no image 'sciplat-lab' is vetted: 50 GiB stand for what "
            "is pulled before");
  const Verdict failed =
      judge_lines({.lines = lines_of({{.name = "n06", .free = 50 * gib - 1}}, 0, unknown)});
  EXPECT_EQ(failed.text,
            "n06: 49 GiB are free for images, and a few releases of the notebook image need 50");
}

}  // namespace
}  // namespace provisioner::gates
