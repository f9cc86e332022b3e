// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "tests/ui/view_test.h"
#include "ui/plots/bar_chart.h"
#include "ui/views/candidate_table.h"
#include "ui/views/generation_view.h"
#include "ui/views/text_diff.h"

#include <QPushButton>
#include "ui/views/generation_marks.h"
#include "ui/widgets/title_row.h"
using namespace driftscope;
using namespace driftscope::viewtest;

namespace {

GenerationStep step(int32_t id, const char* piece, double logprob) {
    GenerationStep made;
    made.id = id;
    made.piece = piece;
    made.logprob = logprob;
    made.margin = 0.5;
    made.margin_ulp = 32;
    made.top = {{id, piece, logprob}, {id + 1, "other", logprob - 1}};
    return made;
}

/// A and B agree for two tokens of which the second is written in three parts, then part.
ComparisonPtr small() {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    Generation generation;
    generation.a.steps = {step(1, "\xe2", -0.1), step(2, "\x82", -0.2), step(3, "\xac", -0.3),
                          step(4, " fox", -0.4), step(5, "你好", -0.5)};
    generation.b.steps = {step(1, "\xe2", -0.1), step(2, "\x82", -0.2), step(3, "\xac", -0.3),
                          step(9, ",", -0.9)};
    generation.b_forced = {step(1, "\xe2", -0.1), step(2, "\x82", -0.2), step(3, "\xac", -0.3),
                           step(9, ",", -0.9), step(5, "你好", -0.5)};
    generation.error_at_step = {0.1, 0.2, 0.3, 0.9, 0.1};
    generation.first_split = 3;
    made->generation = generation;
    return made;
}

}  // namespace

class TestGenerationView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Theme::instance().setMode(Theme::Mode::light); }
    void init() { failOnWarnings(); }

    void marksTheSplit();
    void theSplitIsOneClickAway();
    void showsPartsOfACharacter();
    void selectsSteps();
    void showsCandidatesOfBoth();
    void noRowIsCutAbove();
    void framesHoldWhatRunsTheOtherWay();
    void framesAndBracketsKeepApart();
    void marginsInUlp();
    void forcedAndFree();
    void grows();
    void goesBackWhenStopped();
    void withNothing();
    void writesTheNumbers();
    void rejoinsByDefinition();
    void saysOnlyWhatHoldsToTheEnd();
    void fragileTokensAreUnderlined();
    void branchesFromAnyToken();
};

void TestGenerationView::marksTheSplit() {
    const auto view = shown<GenerationView>(fake::comparison(), {500, 420});
    view->selection()->setStep(1);
    settle();
    auto* texts = part<TextDiff>(*view, "texts");
    QCOMPARE(texts->firstSplit(), 3);
    const QImage picture = texts->grab().toImage();
    const Theme& theme = Theme::instance();
    const auto ground = [&](Side side, int at) {
        return picture.pixelColor((texts->tokenRect(side, at).topLeft() + QPointF(2, 1)).toPoint());
    };
    QVERIFY(near(ground(Side::a, 5), theme.color(Role::aGround)));
    QVERIFY(near(ground(Side::b, 5), theme.color(Role::bGround)));
    QVERIFY(!near(ground(Side::a, 0), theme.color(Role::aGround)));
    const QRectF split = texts->tokenRect(Side::a, 3);
    bool red = false;
    for (int d = -3; d <= 1; ++d) {
        const QPoint edge(static_cast<int>(split.left()) + d, static_cast<int>(split.center().y()));
        red = red || near(picture.pixelColor(edge), theme.color(Role::bad));
    }
    QVERIFY(red);
    // What is equal stands in one place, what differs in two.
    QCOMPARE(texts->tokenRect(Side::a, 3).y() < texts->tokenRect(Side::b, 3).y(), true);
}

/// A token whose letters run from right to left has all of them in its frame.
void TestGenerationView::framesHoldWhatRunsTheOtherWay() {
    TextDiff texts;
    const std::string hebrew = " \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d";
    texts.setTexts({{1, "One"}, {2, hebrew}, {3, " day"}}, {{1, "One"}, {4, " two"}},
                   TextDiff::Kind::free);
    texts.resize(400, 200);
    texts.show();
    settle();
    const QFontMetricsF metrics(Theme::instance().mono());
    const double letters = metrics.horizontalAdvance(QString::fromStdString(hebrew).trimmed());
    QVERIFY(letters > 10);
    const QRectF token = texts.tokenRect(Side::a, 1);
    QVERIFY2(token.width() >= letters, qPrintable(QString::number(token.width())));
    QVERIFY(token.left() >= texts.tokenRect(Side::a, 0).right() - 1);
    QVERIFY(token.right() <= texts.tokenRect(Side::a, 2).left() + 1);
    // At the end of a line there is nothing after it that says where it ends.
    texts.setTexts({{1, "One"}, {2, hebrew}}, {{1, "One"}, {4, " two"}}, TextDiff::Kind::free);
    settle();
    QVERIFY(texts.tokenRect(Side::a, 1).width() >= letters);
}

/// One token of another kind: the frame of the split, the mark of the chosen step and the bracket
/// where the texts meet again stand beside each other.
void TestGenerationView::framesAndBracketsKeepApart() {
    const std::vector<TextDiff::Token> a{{1, "One"},  {2, " fox"},   {4, " ran"},   {5, " home"},
                                         {6, " and"}, {7, " slept"}, {8, " until"}, {9, " noon"}};
    std::vector<TextDiff::Token> b = a;
    b[1] = {3, " dog"};
    const auto isLike = [](const QColor& x, const QColor& y) {  // thin lines are smoothed
        const auto close = [](int p, int q) { return std::abs(p - q) <= 60; };
        return close(x.red(), y.red()) && close(x.green(), y.green()) && close(x.blue(), y.blue());
    };
    for (const int step : {0, 1, 2}) {
        TextDiff texts;
        texts.setTexts(a, b, TextDiff::Kind::free);
        texts.setMarks({}, {{2, 2, 6}});
        texts.setStep(step);
        texts.resize(700, 120);
        texts.show();
        settle();
        const QImage picture = texts.grab().toImage();
        const Theme& theme = Theme::instance();
        for (const Side side : {Side::a, Side::b}) {
            const QRectF split = texts.tokenRect(side, 1);
            const int y = static_cast<int>(split.center().y()) + 1;
            const int edge = static_cast<int>(split.right());
            int red = -1, green = -1;
            for (int x = edge - 6; x <= edge + 6; ++x) {  // letters are grey
                const QColor now = picture.pixelColor(x, y);
                if (now.red() > now.green() + 60) red = x;
                if (green < 0 && now.green() > now.red() + 30 && now.green() > now.blue() + 15)
                    green = x;
            }
            QVERIFY2(red > 0 && green > red,
                     qPrintable(QStringLiteral("%1 %2").arg(red).arg(green)));
            if (step != 1) continue;
            int line = 0;  // of the chosen step, outside of the frame
            for (int d = -6; d <= static_cast<int>(split.height()) + 6; ++d) {
                const QPoint at(static_cast<int>(split.center().x()),
                                static_cast<int>(split.top()) + d);
                const bool out = d < -1 || d > split.height() + 1;
                line += out && picture.valid(at) &&
                        isLike(picture.pixelColor(at), theme.color(Role::text));
            }
            QVERIFY(line > 0);
        }
    }
}

/// However low the view: what is in sight begins with a whole row.
void TestGenerationView::noRowIsCutAbove() {
    const auto view = shown<GenerationView>(fake::comparison(), {420, 260});
    auto* texts = part<TextDiff>(*view, "texts");
    auto* bar = view->findChild<QScrollArea*>()->verticalScrollBar();
    QVERIFY(bar->maximum() > 0);
    for (int step = 0; step < 20; ++step) {
        view->selection()->setStep(step);
        settle();
        const double top = texts->rowTopFrom(bar->value() - 1);
        QVERIFY2(bar->value() == 0 || bar->value() == bar->maximum() ||
                     std::abs(top - 1 - bar->value()) <= 1,
                 qPrintable(QStringLiteral("%1 %2").arg(top).arg(bar->value())));
        QVERIFY(texts->tokenRect(Side::a, step).top() >= bar->value());
    }
}

/// A new text is shown at its split; a step that was chosen stays.
void TestGenerationView::theSplitIsOneClickAway() {
    const auto view = shown<GenerationView>(small(), {500, 420});
    QCOMPARE(view->selection()->step(), 3);
    auto* button = part<QPushButton>(*view, "toSplit");
    QVERIFY(button->isVisible());
    QCOMPARE(button->text(), QStringLiteral("split at step 3"));
    view->selection()->setStep(1);
    view->setComparison(small());
    QCOMPARE(view->selection()->step(), 1);
    button->click();
    QCOMPARE(view->selection()->step(), 3);
    QVERIFY(view->figure().description.contains(QStringLiteral("split at step 3")));
    auto same = std::make_shared<Comparison>(*small());
    same->generation->b = same->generation->a;
    same->generation->first_split.reset();
    view->setComparison(same);
    QVERIFY(!button->isVisible());
}

void TestGenerationView::showsPartsOfACharacter() {
    const auto view = shown<GenerationView>(small(), {500, 420});
    auto* texts = part<TextDiff>(*view, "texts");
    QCOMPARE(texts->tokenRect(Side::a, 0), texts->tokenRect(Side::a, 2));
    view->selection()->setStep(1);
    QVERIFY(texts->describe().contains(QLatin1String("<0x82>")));
    QCOMPARE(part<CandidateTable>(*view, "candidates")->rows()[0].token, QStringLiteral("<0x82>"));
}

void TestGenerationView::selectsSteps() {
    const auto view = shown<GenerationView>(fake::comparison(), {500, 420});
    auto* texts = part<TextDiff>(*view, "texts");
    const QPoint at = texts->tokenRect(Side::b, 6).center().toPoint();
    QTest::mouseClick(texts, Qt::LeftButton, {}, at);
    QCOMPARE(view->selection()->step(), 6);
    QCOMPARE(view->selection()->pos(), 15 + 6);
    QTest::keyClick(texts, Qt::Key_Right);
    QCOMPARE(view->selection()->step(), 7);
    QTest::keyClick(part<BarChart>(*view, "margins"), Qt::Key_Left);
    QCOMPARE(view->selection()->step(), 6);
    QTest::keyClick(texts, Qt::Key_Home);
    QCOMPARE(view->selection()->step(), 0);
    view->selection()->setPos(15 + 11);  // another view went to a generated token
    QCOMPARE(view->selection()->step(), 11);
    QCOMPARE(texts->step(), 11);
    view->selection()->setPos(3);
    QCOMPARE(view->selection()->step(), 11);
}

void TestGenerationView::showsCandidatesOfBoth() {
    const auto view = shown<GenerationView>(small());
    view->selection()->setStep(3);
    const auto& rows = part<CandidateTable>(*view, "candidates")->rows();
    QCOMPARE(rows.size(), 4u);
    QCOMPARE(rows[0].id, 4);
    QVERIFY(rows[0].chosenA && !rows[0].chosenB);
    QCOMPARE(rows[0].logprobA, -0.4);
    QVERIFY(std::isnan(rows[0].logprobB));
    QCOMPARE(rows[1].id, 9);
    QVERIFY(rows[1].chosenB);
    QCOMPARE(rows[1].logprobB, -0.9);
}

void TestGenerationView::marginsInUlp() {
    const auto view = shown<GenerationView>(small());
    const Table table = part<BarChart>(*view, "margins")->table();
    QCOMPARE(table.rows.size(), 5u);
    QCOMPARE(table.rows[3][2], exact(32));
    QCOMPARE(table.rows[3].last(), exact(0.9 * 32 / 0.5));  // the error, in the margins' unit
    QCOMPARE(table.rows[4][3], exact(std::nan("")));        // B had stopped
    // Where every margin is 0 there is no ulp: no error is named that no line shows.
    auto ties = std::make_shared<Comparison>(*small());
    for (auto* text : {&ties->generation->a, &ties->generation->b})
        for (GenerationStep& step : text->steps) step.margin = step.margin_ulp = 0;
    view->setComparison(ties);
    const Table none = part<BarChart>(*view, "margins")->table();
    QCOMPARE(none.header.size() + 1, table.header.size());
}

void TestGenerationView::forcedAndFree() {
    const auto view = shown<GenerationView>(small());
    auto* texts = part<TextDiff>(*view, "texts");
    QVERIFY(texts->differs(4));  // B's own text has ended
    press(*view, "mode", 0);
    QCOMPARE(texts->firstSplit(), 3);
    QVERIFY(!texts->differs(4));
    press(*view, "mode", 1);
    QVERIFY(texts->differs(4));
}

void TestGenerationView::grows() {
    const auto view = shown<GenerationView>(fake::comparison(), {500, 420});
    auto* texts = part<TextDiff>(*view, "texts");
    auto* margins = part<BarChart>(*view, "margins");
    const QRect place = margins->geometry();
    view->setBusy(true);
    view->liveStarted();
    QCOMPARE(texts->count(), 24);  // nothing has come: the picture stays
    for (int i = 0; i < 20; ++i) {
        view->addLiveToken({Side::a, i, step(i, " word", -0.1)});
        settle();
        QCOMPARE(texts->count(), i + 1);
        QCOMPARE(texts->firstSplit(), -1);
        QCOMPARE(margins->geometry(), place);
    }
    view->addLiveToken({Side::b, 0, step(0, " word", -0.1)});
    settle();
    QCOMPARE(texts->firstSplit(), -1);
    view->addLiveToken({Side::b, 1, step(7, " other", -0.1)});
    settle();
    QCOMPARE(texts->firstSplit(), 1);
    view->setComparison(small());
    QCOMPARE(texts->count(), 5);
    GenerationView fresh;  // with nothing before
    fresh.resize(400, 300);
    fresh.show();
    fresh.liveStarted();
    fresh.addLiveToken({Side::a, 0, step(0, " word", -0.1)});
    QVERIFY(fresh.reasonEmpty().isEmpty());
    settle();
}

void TestGenerationView::goesBackWhenStopped() {
    const auto view = shown<GenerationView>(fake::comparison());
    view->setBusy(true);
    view->liveStarted();
    view->addLiveToken({Side::a, 0, step(0, " word", -0.1)});
    settle();
    QCOMPARE(part<TextDiff>(*view, "texts")->count(), 1);
    view->setBusy(false);
    QCOMPARE(part<TextDiff>(*view, "texts")->count(), 24);
}

void TestGenerationView::withNothing() {
    fake::Shape shape;
    shape.fresh = 0;
    const auto view = shown<GenerationView>(fake::comparison(shape));
    QVERIFY(!view->reasonEmpty().isEmpty());
    QVERIFY(view->table().isEmpty());
    auto ended = std::make_shared<Comparison>(*fake::comparison(shape));
    ended->generation = Generation{};
    view->setComparison(ended);
    QVERIFY(view->reasonEmpty().contains(QLatin1String("Setup")));
    auto cancelled = std::make_shared<Comparison>(*fake::comparison());
    cancelled->cancelled = true;
    cancelled->generation->b.steps.clear();
    view->setComparison(cancelled);
    QCOMPARE(part<TextDiff>(*view, "texts")->firstSplit(), -1);
}

void TestGenerationView::writesTheNumbers() {
    const auto view = shown<GenerationView>(small());
    const Table table = view->table();
    QCOMPARE(table.rows.size(), 5u);
    QCOMPARE(cellOf(table, 3, "a_logprob"), exact(-0.4));
    QCOMPARE(cellOf(table, 3, "b_token"), QStringLiteral(","));
    QCOMPARE(cellOf(table, 4, "b_id"), QString());
    QCOMPARE(cellOf(table, 3, "error"), exact(0.9));
}

void TestGenerationView::rejoinsByDefinition() {
    const std::vector<int32_t> a{1, 2, 9, 4, 5, 6, 7}, same{1, 2, 3, 4, 5, 6, 7},
        shifted{1, 2, 8, 8, 4, 5, 6, 7}, never{1, 2, 8, 4, 8, 8, 8};
    const auto there = findRejoin(a, same, 2, 2);
    QVERIFY(there && there->a == 3 && there->b == 3 && there->length == 4);
    const auto later = findRejoin(a, shifted, 2, 2);
    QVERIFY(later && later->a == 3 && later->b == 4);
    QVERIFY(!findRejoin(a, never, 2, 2));
    QVERIFY(!findRejoin(a, a, -1, -1));
    QVERIFY(!findRejoin({1}, {2}, 0, 0));
}

namespace {

/// A comparison whose runs wrote these tokens.
ComparisonPtr wrote(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
    auto made = std::make_shared<Comparison>(*fake::comparison());
    Generation generation;
    for (const int32_t id : a) generation.a.steps.push_back(step(id, " word", -0.1));
    for (const int32_t id : b) generation.b.steps.push_back(step(id, " word", -0.1));
    generation.b_forced = generation.a.steps;
    made->generation = generation;
    return made;
}

QString noteOf(const std::vector<int32_t>& a, const std::vector<int32_t>& b) {
    const auto view = shown<GenerationView>(wrote(a, b), {900, 420});
    return view->findChild<TitleRow*>()->note();
}

}  // namespace

/// The header never says "same again" of texts that part once more.
void TestGenerationView::saysOnlyWhatHoldsToTheEnd() {
    const std::vector<int32_t> a{1, 2, 9, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    const auto changed = [&](const std::vector<int>& at) {
        std::vector<int32_t> b = a;
        for (const int step : at) b[static_cast<size_t>(step)] = 100;
        return b;
    };
    QCOMPARE(noteOf(a, changed({2})), QStringLiteral("same again from step 3"));
    QCOMPARE(noteOf(a, changed({2, 7})),
             QStringLiteral("parted 2 times, last at step 7 · same again from step 8"));
    QCOMPARE(noteOf(a, changed({2, 11})), QStringLiteral("parted 2 times, last at step 11"));
    // Two tokens more in B, and what stands after them in A is not in B.
    std::vector<int32_t> longer = changed({2});
    longer.insert(longer.begin() + 2, {100, 100});
    QCOMPARE(noteOf(a, longer), QStringLiteral("same again from A 3, B 5"));
    longer.resize(a.size());
    QCOMPARE(noteOf(a, longer), QStringLiteral("same again from A 3, B 5 as far as B goes"));
    QCOMPARE(noteOf(longer, a), QStringLiteral("same again from A 5, B 3 as far as A goes"));
    // Apart from the first step to the last, and not apart at all.
    QCOMPARE(noteOf({1, 2, 3, 4}, {5, 6, 7, 8}), QString());
    QCOMPARE(noteOf(a, a), QStringLiteral("no split in 12 tokens"));
    // Every place where they meet has its words, and what is equal there has no ground.
    const auto view = shown<GenerationView>(wrote(a, changed({2, 7})), {900, 420});
    auto* texts = part<TextDiff>(*view, "texts");
    for (const int meeting : {3, 8}) {
        texts->setStep(meeting);
        QVERIFY2(texts->describe().contains(QLatin1String("the same again for 4 tokens")),
                 qPrintable(texts->describe()));
    }
    texts->setStep(5);
    QVERIFY(!texts->describe().contains(QLatin1String("the same again")));
}

void TestGenerationView::fragileTokensAreUnderlined() {
    auto marked = std::make_shared<Comparison>(*fake::comparison());
    marked->generation->fragility.assign(marked->generation->a.steps.size(), 0.25);
    marked->generation->fragility[1] = 1;
    marked->generation->fragility[6] = 3.5;
    const auto view = shown<GenerationView>(marked, {800, 420});
    const auto* texts = part<TextDiff>(*view, "texts");
    for (int step = 0; step < 24; ++step) QCOMPARE(texts->isFragile(step), step == 1 || step == 6);
    QCOMPARE(cellOf(view->table(), 6, "fragility"), QStringLiteral("3.5"));
    // The line is there: more dark pixels under the token than without it.
    const auto dark = [&] {
        const QImage picture = const_cast<TextDiff*>(texts)->grab().toImage();
        const QRect below = texts->tokenRect(Side::a, 6).toRect().adjusted(0, 12, 0, 1);
        int count = 0;
        for (int y = below.top(); y <= below.bottom(); ++y) {
            for (int x = below.left(); x <= below.right(); ++x) {
                count += picture.pixelColor(x, y).lightness() < 120;
            }
        }
        return count;
    };
    const int with = dark();
    auto plain = std::make_shared<Comparison>(*marked);
    plain->generation->fragility.clear();
    view->setComparison(plain);
    QVERIFY(with > dark());
}

void TestGenerationView::branchesFromAnyToken() {
    const ComparisonPtr comparison = fake::comparison();
    const auto view = shown<GenerationView>(comparison, {800, 420});
    QSignalSpy wanted(view.get(), &View::branchRequested);
    auto* button = part<QPushButton>(*view, "branch");
    view->selection()->setStep(5);
    QVERIFY(button->isVisible());
    button->click();
    QCOMPARE(wanted.count(), 1);
    std::vector<int32_t> ids;
    std::string text;
    for (int p = 0; p < comparison->n_prompt; ++p) {
        ids.push_back(comparison->tokens[static_cast<size_t>(p)].id);
        text += comparison->tokens[static_cast<size_t>(p)].piece;
    }
    const auto& steps = comparison->generation->a.steps;
    for (size_t i = 0; i <= 5; ++i) ids.push_back(steps[i].id), text += steps[i].piece;
    QCOMPARE(wanted[0][0].value<std::vector<int32_t>>(), ids);
    QCOMPARE(wanted[0][1].toString(), QString::fromStdString(text));
    // Another candidate in place of the token that was made.
    auto* table = part<CandidateTable>(*view, "candidates");
    QTest::keyClick(table, Qt::Key_Down);
    QTest::keyClick(table, Qt::Key_Down);
    const auto& row = table->rows()[static_cast<size_t>(table->current())];
    button->click();
    ids.back() = row.id;
    QCOMPARE(wanted[1][0].value<std::vector<int32_t>>(), ids);
    // Of B's text, where B's token was clicked.
    view->selection()->setStep(7);
    auto* texts = part<TextDiff>(*view, "texts");
    QTest::mouseClick(texts, Qt::LeftButton, {}, texts->tokenRect(Side::b, 8).center().toPoint());
    QCOMPARE(view->selection()->step(), 8);
    button->click();
    const auto branch = wanted[2][0].value<std::vector<int32_t>>();
    QCOMPARE(branch.back(), comparison->generation->b.steps[8].id);
    QCOMPARE(branch[branch.size() - 2], comparison->generation->b.steps[7].id);
}

QTEST_MAIN(TestGenerationView)
#include "tst_generation_view.moc"
