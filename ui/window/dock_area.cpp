// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/dock_area.h"

#include <algorithm>

#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QJsonArray>
#include <QScreen>
#include <QTabBar>

#include "ui/selection.h"
#include "ui/view.h"
#include "ui/view_registry.h"
#include "ui/widgets/segmented.h"
#include "ui/window/second_window.h"

namespace driftscope {

namespace {
constexpr int kStateVersion = 1;
const QLatin1String kModelView("model");
}  // namespace

DockArea::DockArea(Selection* selection, QWidget* parent) : QMainWindow(parent, Qt::Widget) {
    setObjectName(QStringLiteral("docks"));
    setDockOptions(AllowNestedDocks | AllowTabbedDocks);
    setContextMenuPolicy(Qt::NoContextMenu);
    for (const ViewSpec& spec : allViews()) {
        View* view = spec.make(this);
        view->setSelection(selection);
        m_views.push_back(view);
        m_docks.push_back(makeDock(view));
    }
    if (!m_views.empty()) m_current = m_views.front();
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        for (QWidget* w = now; w; w = w->parentWidget()) {
            if (auto* dockWidget = qobject_cast<QDockWidget*>(w)) {
                if (auto* view = qobject_cast<View*>(dockWidget->widget())) m_current = view;
                return;
            }
        }
    });
    resetLayout();
}

QDockWidget* DockArea::makeDock(View* view) {
    auto* dock = new QDockWidget(view->title(), this);
    dock->setObjectName(view->id());
    dock->setAcceptDrops(true);  // as a window of its own, too
    dock->setTitleBarWidget(view->takeTitleRow());
    dock->setWidget(view);
    connect(dock, &QDockWidget::topLevelChanged, this, [this] {
        m_untouched = false;
        Q_EMIT layoutChanged();
    });
    connect(dock, &QDockWidget::visibilityChanged, this, &DockArea::layoutChanged);
    connect(dock, &QDockWidget::visibilityChanged, this, &DockArea::clearTabBases);
    connect(dock, &QDockWidget::visibilityChanged, this,
            [this, view](bool on) { Q_EMIT inSight(view, on); });
    for (const Segmented* one : dock->findChildren<Segmented*>()) {
        connect(one, &Segmented::chosen, this, &DockArea::viewEdited, Qt::QueuedConnection);
    }
    for (const QComboBox* one : dock->findChildren<QComboBox*>()) {
        connect(one, &QComboBox::activated, this, &DockArea::viewEdited, Qt::QueuedConnection);
    }
    return dock;
}

QDockWidget* DockArea::dock(const QString& id) const {
    for (QDockWidget* one : m_docks) {
        if (one->objectName() == id) return one;
    }
    return nullptr;
}

View* DockArea::view(const QString& id) const {
    for (View* one : m_views) {
        if (one->id() == id) return one;
    }
    return nullptr;
}

void DockArea::setVisible(const QString& id, bool visible) {
    QDockWidget* one = dock(id);
    if (!one) return;
    one->setVisible(visible);
    if (visible) {
        one->raise();
        m_current = view(id);
        one->widget()->setFocus(Qt::OtherFocusReason);
    }
}

namespace {

bool isUseless(const QDockWidget* one, const Comparison* comparison) {
    const ViewSpec* spec = findView(one->objectName());
    return spec && spec->needs != Needs::models && comparison &&
           !whyEmpty(spec->needs, comparison).isEmpty();
}

bool inFront(const QDockWidget* one) {
    return !one->isHidden() && !one->isFloating() && !one->visibleRegion().isEmpty();
}

}  // namespace

/// The first of a view's tabs that has something to show of the comparison; null: none.
QDockWidget* DockArea::standIn(QDockWidget* one, const Comparison* comparison) const {
    const QList<QDockWidget*> tabs = tabifiedDockWidgets(one);
    const auto other = std::find_if(m_docks.begin(), m_docks.end(), [&](QDockWidget* candidate) {
        const ViewSpec* spec = findView(candidate->objectName());
        // Cases and sweeps have something to do, and nothing of this comparison to show.
        const bool shows = spec && (spec->needs != Needs::models || spec->id == kModelView);
        return shows && tabs.contains(candidate) && !candidate->isHidden() &&
               !isUseless(candidate, comparison);
    });
    return other == m_docks.end() ? nullptr : *other;
}

void DockArea::stepAside(const QString& id, const Comparison* comparison) {
    QDockWidget* one = dock(id);
    if (!one || !inFront(one)) return;
    if (QDockWidget* other = standIn(one, comparison)) other->raise();
}

void DockArea::giveWay(const Comparison& comparison) {
    const auto useless = [&](const QDockWidget* one) { return isUseless(one, &comparison); };
    // First back to the views that gave way before and have something to show again.
    for (auto pair = m_gaveWay.begin(); pair != m_gaveWay.end();) {
        const auto [id, by] = *pair;
        QDockWidget *away = dock(id), *now = dock(by);
        const bool stays = now && inFront(now);  // somebody chose another one: it stays gone
        if (stays && away && useless(away)) {
            ++pair;
            continue;
        }
        if (stays && away) away->raise();
        pair = m_gaveWay.erase(pair);
    }
    for (QDockWidget* one : m_docks) {
        if (!inFront(one) || !useless(one)) continue;
        QDockWidget* other = standIn(one, &comparison);
        if (!other) continue;
        other->raise();
        m_gaveWay[one->objectName()] = other->objectName();
    }
}

bool DockArea::isShown(const QString& id) const {
    const QDockWidget* one = dock(id);
    return one && !one->isHidden();
}

void DockArea::floatCurrent() {
    QDockWidget* one = m_current ? dock(m_current->id()) : nullptr;
    if (!one) return;
    one->setFloating(!one->isFloating());
    if (one->isFloating()) one->resize(QSize(900, 600).boundedTo(screen()->availableSize()));
    one->show();
}

void DockArea::resetLayout() {
    bringAllHome();
    // The first view of a place takes it; later ones stand behind it as tabs.
    std::map<DockPlace, QDockWidget*> first;
    for (size_t i = 0; i < m_docks.size(); ++i) {
        m_docks[i]->setFloating(false);
        removeDockWidget(m_docks[i]);
        first.try_emplace(allViews()[i].place, m_docks[i]);
    }
    const auto at = [&first](DockPlace place) {
        const auto found = first.find(place);
        return found == first.end() ? nullptr : found->second;
    };
    QDockWidget *left = at(DockPlace::topLeft), *right = at(DockPlace::topRight);
    addDockWidget(Qt::LeftDockWidgetArea, left);
    if (right) splitDockWidget(left, right, Qt::Horizontal);
    if (QDockWidget* below = at(DockPlace::bottomLeft)) splitDockWidget(left, below, Qt::Vertical);
    if (QDockWidget* below = at(DockPlace::bottomRight))
        splitDockWidget(right, below, Qt::Vertical);
    for (size_t i = 0; i < m_docks.size(); ++i) {
        QDockWidget* base = at(allViews()[i].place);
        if (base != m_docks[i]) tabifyDockWidget(base, m_docks[i]);
        m_docks[i]->show();
    }
    for (const auto& [place, dock] : first) dock->raise();
    m_untouched = true;
    share();
    Q_EMIT layoutChanged();
}

void DockArea::share() {
    // Attention and overview are wide, routing and generation narrow, as in the sketch.
    QList<QDockWidget*> across, down;
    QList<int> widths, heights;
    for (size_t i = 0; i < m_docks.size(); ++i) {
        if (m_docks[i]->parentWidget() != this) continue;
        const DockPlace place = allViews()[i].place;
        const bool isLeft = place == DockPlace::topLeft || place == DockPlace::bottomLeft;
        const bool isTop = place == DockPlace::topLeft || place == DockPlace::topRight;
        if (isTop) {
            across << m_docks[i];
            widths << (isLeft ? width() * 57 / 100 : width() * 43 / 100);
        }
        down << m_docks[i];
        heights << height() / 2;
    }
    resizeDocks(across, widths, Qt::Horizontal);
    resizeDocks(down, heights, Qt::Vertical);
}

void DockArea::resizeEvent(QResizeEvent* event) {
    QMainWindow::resizeEvent(event);
    if (m_untouched) share();
}

QMainWindow* DockArea::secondWindow() const { return m_second; }

SecondWindow* DockArea::makeSecond() {
    if (m_second) return m_second;
    m_second = new SecondWindow(window());
    connect(m_second, &SecondWindow::closed, this, [this] {
        bringAllHome();
        Q_EMIT layoutChanged();
    });
    Q_EMIT secondWindowMade(m_second);
    return m_second;
}

std::vector<QDockWidget*> DockArea::across() const {
    std::vector<QDockWidget*> docks;
    for (QDockWidget* one : m_docks) {
        if (m_second && one->parentWidget() == m_second) docks.push_back(one);
    }
    return docks;
}

void DockArea::moveAcross(QDockWidget* dock) {
    SecondWindow* second = makeSecond();
    const int there = static_cast<int>(across().size());
    dock->setFloating(false);
    removeDockWidget(dock);
    second->take(dock, there);
}

/// Qt turns the line below the tabs on again whenever it takes a tab bar back into use.
void DockArea::clearTabBases() {
    for (QTabBar* tabs : findChildren<QTabBar*>(Qt::FindDirectChildrenOnly))
        if (tabs->drawBase()) tabs->setDrawBase(false);
}

void DockArea::bringHome(QDockWidget* dock) {
    QDockWidget* beside = nullptr;
    DockPlace place{};
    for (size_t i = 0; i < m_docks.size(); ++i) {
        if (m_docks[i] == dock) place = allViews()[i].place;
    }
    for (size_t i = 0; i < m_docks.size() && !beside; ++i) {
        QDockWidget* one = m_docks[i];
        if (allViews()[i].place == place && one->parentWidget() == this && !one->isFloating())
            beside = one;
    }
    dock->setFloating(false);
    m_second->removeDockWidget(dock);
    if (beside) {
        tabifyDockWidget(beside, dock);
    } else {
        addDockWidget(Qt::RightDockWidgetArea, dock);
    }
    dock->show();
}

void DockArea::bringAllHome() {
    for (QDockWidget* dock : across()) bringHome(dock);
    if (m_second) m_second->hide();
}

void DockArea::moveCurrentAcross() {
    QDockWidget* one = m_current ? dock(m_current->id()) : nullptr;
    if (!one) return;
    m_untouched = false;
    if (m_second && one->parentWidget() == m_second) {
        bringHome(one);
        if (across().empty()) m_second->hide();
    } else {
        const bool first = across().empty();
        moveAcross(one);
        if (first) m_second->place();
        m_second->show();
    }
    one->raise();
    Q_EMIT layoutChanged();
}

QJsonObject DockArea::saveLayout() const {
    QJsonObject state{
        {QStringLiteral("docks"), QString::fromLatin1(saveState(kStateVersion).toBase64())},
        {QStringLiteral("untouched"), m_untouched}};
    QJsonArray ids;
    for (const QDockWidget* one : across()) ids << one->objectName();
    QJsonObject second{{QStringLiteral("views"), ids}};
    if (!ids.isEmpty()) {
        second[QStringLiteral("docks")] =
            QString::fromLatin1(m_second->saveState(kStateVersion).toBase64());
        second[QStringLiteral("geometry")] =
            QString::fromLatin1(m_second->saveGeometry().toBase64());
    }
    state[QStringLiteral("second")] = second;
    return state;
}

void DockArea::restoreLayout(const QJsonObject& state) {
    const auto bytes = [](const QJsonObject& from, const char* key) {
        return QByteArray::fromBase64(from.value(QLatin1String(key)).toString().toLatin1());
    };
    const QByteArray docks = bytes(state, "docks");
    if (docks.isEmpty()) return;
    bringAllHome();
    const QJsonObject second = state.value(QStringLiteral("second")).toObject();
    for (const auto& id : second.value(QStringLiteral("views")).toArray()) {
        if (QDockWidget* one = dock(id.toString()); one && one->parentWidget() == this)
            moveAcross(one);
    }
    if (restoreState(docks, kStateVersion)) {
        m_untouched = state.value(QStringLiteral("untouched")).toBool(false);
    }
    if (across().empty()) return;
    m_second->place();
    m_second->restoreGeometry(bytes(second, "geometry"));
    m_second->restoreState(bytes(second, "docks"), kStateVersion);
    m_second->show();
}

}  // namespace driftscope
