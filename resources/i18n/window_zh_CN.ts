<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>window</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>打开最近的会话(&amp;R)</translation>
    </message>
    <message>
        <source>The bundled model is not there</source>
        <translation>没有找到内置模型</translation>
    </message>
    <message>
        <source>Choose a model folder, or set DRIFTSCOPE_MODELS.</source>
        <translation>请选择模型文件夹，或设置 DRIFTSCOPE_MODELS。</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>Pinned as baseline; Ctrl+Shift+B flips to it</source>
        <translation>已钉为基线；Ctrl+Shift+B 可切换过去</translation>
    </message>
    <message>
        <source>No longer the baseline</source>
        <translation>不再是基线</translation>
    </message>
    <message>
        <source>Copied: %1</source>
        <translation>已复制：%1</translation>
    </message>
    <message>
        <source>A</source>
        <translation>A</translation>
    </message>
    <message>
        <source>B</source>
        <translation>B</translation>
    </message>
    <message>
        <source>A−B</source>
        <translation>A−B</translation>
    </message>
    <message>
        <source>A | B | A−B</source>
        <translation>A | B | A−B</translation>
    </message>
    <message>
        <source>index</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>heads in the order of the model: layer down, head across</source>
        <translation>按模型中的顺序：向下为层，向右为头</translation>
    </message>
    <message>
        <source>heads with the largest |A−B| first</source>
        <translation>|A−B| 最大的头在前</translation>
    </message>
    <message>
        <source>shared</source>
        <translation>共用</translation>
    </message>
    <message>
        <source>own</source>
        <translation>各自</translation>
    </message>
    <message>
        <source>A and B in the same colours: equal colour, equal weight</source>
        <translation>A 与 B 用同一色标：颜色相同，权重相同</translation>
    </message>
    <message>
        <source>A and B each up to their own largest weight</source>
        <translation>A 与 B 各按自己的最大权重取色标</translation>
    </message>
    <message>
        <source>heads by</source>
        <translation>头的排序</translation>
    </message>
    <message>
        <source>scale A, B</source>
        <translation>A、B 的色标</translation>
    </message>
    <message>
        <source>This comparison holds no attention: it has no head or no token.</source>
        <translation>此次比较没有注意力：没有头，或没有词元。</translation>
    </message>
    <message>
        <source>layer %1 · head %2</source>
        <translation>第 %1 层 · 第 %2 头</translation>
    </message>
    <message>
        <source>|A−B|</source>
        <translation>|A−B|</translation>
    </message>
    <message>
        <source>all heads · %1</source>
        <translation>全部头 · %1</translation>
    </message>
    <message>
        <source>largest change first</source>
        <translation>变化最大者在前</translation>
    </message>
    <message>
        <source>layer ↓ head →</source>
        <translation>层 ↓ 头 →</translation>
    </message>
    <message>
        <source>A %1 · B %2</source>
        <translation>A %1 · B %2</translation>
    </message>
    <message>
        <source>captured: the values the run itself made. recomputed: made again from the run's own q and k. not available: this run never makes them. none: nothing is added.</source>
        <translation>captured（捕获）：运行时自身产生的值。recomputed（重算）：由该次运行自己的 q 和 k 重新算出。not available（没有）：该次运行从不产生这些值。none：不加任何值。</translation>
    </message>
    <message>
        <source>q %1   k %2</source>
        <translation>q %1   k %2</translation>
    </message>
    <message>
        <source>masked: a later token</source>
        <translation>已遮蔽：更靠后的词元</translation>
    </message>
    <message>
        <source>%1
A %2
B %3
A−B %4</source>
        <translation>%1
A %2
B %3
A−B %4</translation>
    </message>
    <message>
        <source>head %1, masked</source>
        <translation>第 %1 头，已遮蔽</translation>
    </message>
    <message>
        <source>head %1, weight</source>
        <translation>第 %1 头，权重</translation>
    </message>
    <message>
        <source>head %1</source>
        <translation>第 %1 头</translation>
    </message>
    <message>
        <source>attention pattern, layer %1 head %2</source>
        <translation>注意力图，第 %1 层第 %2 头</translation>
    </message>
    <message>
        <source>Attention of layer %1 head %2, %3: A %4, B %5, difference %6</source>
        <translation>第 %1 层第 %2 头的注意力，%3：A %4，B %5，差 %6</translation>
    </message>
    <message>
        <source>entropy</source>
        <translation>熵</translation>
    </message>
    <message>
        <source>heads whose weights are spread most first: mean entropy of A's weights over all queries, at full resolution</source>
        <translation>权重最分散的头排在最前：按 A 的权重在全部查询上的平均熵（全分辨率）</translation>
    </message>
    <message>
        <source>difference of the two thumbnails; each cell of a thumbnail is the largest weight of its part of the pattern. ◥ largest change, ◣ strongest key moved</source>
        <translation>两幅缩略图之差；缩略图的每格是注意力图中该部分的最大权重。◥ 变化最大，◣ 最强键移动</translation>
    </message>
    <message>
        <source>each cell of a thumbnail is the largest weight of its part of the pattern. ◥ largest change, ◣ strongest key moved for a query</source>
        <translation>缩略图的每个格是其所在部分的最大权重。◥ 变化最大，◣ 某个查询的最强键改变</translation>
    </message>
    <message>
        <source>most spread first</source>
        <translation>最分散者在前</translation>
    </message>
    <message>
        <source>weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>scores</source>
        <translation>分数</translation>
    </message>
    <message>
        <source>attention weights, after the softmax; each row sums to 1</source>
        <translation>softmax 之后的注意力权重；每行之和为 1</translation>
    </message>
    <message>
        <source>scaled scores with bias and mask, before the softmax; of all heads of the layer, recomputed</source>
        <translation>softmax 之前的缩放分数，含偏置与掩码；该层全部头，重算</translation>
    </message>
    <message>
        <source>scores not available</source>
        <translation>没有分数</translation>
    </message>
    <message>
        <source>head %1, score</source>
        <translation>第 %1 头，分数</translation>
    </message>
    <message>
        <source>attention scores, layer %1 head %2</source>
        <translation>注意力分数，第 %1 层第 %2 头</translation>
    </message>
    <message>
        <source>query ↓ key →</source>
        <translation>查询 ↓ 键 →</translation>
    </message>
    <message>
        <source>Take apart</source>
        <translation>拆解</translation>
    </message>
    <message>
        <source>A and B are bit-identical: there is nothing to take apart.</source>
        <translation>A 与 B 逐位相同：没有可拆解的。</translation>
    </message>
    <message>
        <source>The first picture is there; the shares come when the comparison is done.</source>
        <translation>首幅图已就绪；比较完成后才有各份额。</translation>
    </message>
    <message>
        <source>This comparison was to be taken apart, but no figures came of it.</source>
        <translation>此次比较本应拆解，但没有得到数字。</translation>
    </message>
    <message>
        <source>Which option and which step of which block makes how much of the distance? Taking it apart runs the model again for each of them; it can be cancelled.</source>
        <translation>哪个选项、哪一块的哪一步各占多少距离？拆解会为每一项重跑模型；可以取消。</translation>
    </message>
    <message>
        <source>isolated</source>
        <translation>孤立</translation>
    </message>
    <message>
        <source>propagated</source>
        <translation>传播</translation>
    </message>
    <message>
        <source>injected</source>
        <translation>注入</translation>
    </message>
    <message>
        <source>first divergence</source>
        <translation>首次分歧</translation>
    </message>
    <message>
        <source>share</source>
        <translation>份额</translation>
    </message>
    <message>
        <source>plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>whole: %1 nats of KL(A ‖ B)</source>
        <translation>总体：KL(A ‖ B) %1 nat</translation>
    </message>
    <message>
        <source>plan: %1 as in A leave %2 (target %3), and none of them can be dropped: %4</source>
        <translation>方案：%1 项如 A，剩 %2（目标 %3），一项都不能少：%4</translation>
    </message>
    <message>
        <source>as options of run B: %1</source>
        <translation>写成运行 B 的选项：%1</translation>
    </message>
    <message>
        <source>%1 runs, %2 s</source>
        <translation>%1 次运行，%2 秒</translation>
    </message>
    <message>
        <source>A's token at the split comes back with this alone as in A: %1</source>
        <translation>仅此一项如 A，分开处就变回 A 的词元：%1</translation>
    </message>
    <message>
        <source>%1 ± %2 nats</source>
        <translation>%1 ± %2 nat</translation>
    </message>
    <message>
        <source>alone as in A leaves %1</source>
        <translation>仅此如 A，剩 %1</translation>
    </message>
    <message>
        <source>%1 of the whole</source>
        <translation>占总体的 %1</translation>
    </message>
    <message>
        <source>alone undoes the split</source>
        <translation>仅此即可消除分开</translation>
    </message>
    <message>
        <source>in the plan</source>
        <translation>在方案中</translation>
    </message>
    <message>
        <source>plan: nats left</source>
        <translation>方案：剩余 nat</translation>
    </message>
    <message>
        <source>nats of mean KL(A ‖ B) that are left with so many steps computed as in A: the plan's members first, the largest share before the others, up to the dashed line; behind it the rest. 0 has no place on the axis: the line ends before it. A point's step is the one it has as in A and the point before has not.</source>
        <translation>有这么多步如 A 计算时剩下的平均 KL(A ‖ B)，单位 nat：先是方案的成员，份额最大的在前，直到虚线；其后是其余各步。0 在轴上没有位置：线在它之前结束。一个点的步骤是它如 A 而前一点不如 A 的那一步。</translation>
    </message>
    <message>
        <source>nats left</source>
        <translation>剩余 nat</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>%1 steps as in A leave %2 nats</source>
        <translation>%1 步如 A，剩 %2 nat</translation>
    </message>
    <message>
        <source>the plan</source>
        <translation>方案</translation>
    </message>
    <message>
        <source>Nats left against steps as in A, logarithmic; the large point is the plan</source>
        <translation>剩余 nat 对如 A 的步数，对数；大点为方案</translation>
    </message>
    <message>
        <source>Precision plan</source>
        <translation>精度方案</translation>
    </message>
    <message>
        <source>%1 as in A leave %2 nats (target %3), and none of them can be dropped: %4</source>
        <translation>%1 项如 A，剩 %2 nat（目标 %3），一项都不能少：%4</translation>
    </message>
    <message>
        <source>The curve's %1 points</source>
        <translation>曲线的 %1 个点</translation>
    </message>
    <message>
        <source>steps as in A</source>
        <translation>如 A 的步数</translation>
    </message>
    <message>
        <source>step that came last</source>
        <translation>最后加入的步骤</translation>
    </message>
    <message>
        <source>Nats of mean KL(A ‖ B), %1 in all, that go away with this one as in A: mean of both orders ± half their gap. Left: with it alone.</source>
        <translation>平均 KL(A ‖ B) 共 %1 nat 中，此项如 A 时消失的部分：两种次序的均值 ± 差的一半。剩余：仅此项如 A。</translation>
    </message>
    <message>
        <source>part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>±</source>
        <translation>±</translation>
    </message>
    <message>
        <source>left</source>
        <translation>剩余</translation>
    </message>
    <message>
        <source>Shares and precision plan</source>
        <translation>份额与精度方案</translation>
    </message>
    <message>
        <source>isolated %1 · propagated %2 · injected %3</source>
        <translation>孤立 %1 · 传播 %2 · 注入 %3</translation>
    </message>
    <message>
        <source>Error of %1 components</source>
        <translation>%1 个部件的误差</translation>
    </message>
    <message>
        <source>Taken apart: the largest share is %1, %2 of %3 nats</source>
        <translation>已拆解：最大的一份是 %1，占 %3 nat 中的 %2</translation>
    </message>
    <message>
        <source>error by component</source>
        <translation>各部件的误差</translation>
    </message>
    <message>
        <source>share by option, nats</source>
        <translation>各选项的份额，nat</translation>
    </message>
    <message>
        <source>share by step, nats</source>
        <translation>各步的份额，nat</translation>
    </message>
    <message>
        <source>isolated: B's arithmetic on A's input, what the component does by itself. propagated: A's arithmetic on B's input, what it passes on. injected: at the logits, with B's arithmetic in this component alone. ◆ where the runs part first.</source>
        <translation>孤立：以 B 的算术处理 A 的输入，即部件自身造成的。传播：以 A 的算术处理 B 的输入，即它传下去的。注入：仅此部件用 B 的算术时在 logits 处的误差。◆ 两次运行最先分开之处。</translation>
    </message>
    <message>
        <source>nats of mean KL(A ‖ B) that go away with this one as in A: the mean of switching in forward and in reverse order, ± half the gap of the two (the interaction). The bars of a chart sum to the whole; a negative bar hides error of others. ◆ plan: the smallest set of steps found that leaves a tenth; ◆ alone it undoes the first split; ◆ where the runs part first.</source>
        <translation>此项如 A 时平均 KL(A ‖ B) 减少的 nat：正序与逆序切换的平均，± 两者之差的一半（相互作用）。一幅图的各柱之和为总体；负柱掩盖了别项的误差。◆ 方案：所找到的只剩十分之一的最小步集；◆ 仅此即可消除首次分开；◆ 两次运行最先分开之处。</translation>
    </message>
    <message>
        <source>first</source>
        <translation>首个</translation>
    </message>
    <message>
        <source>undoes split</source>
        <translation>消除分开</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>observer effect</source>
        <translation>观察者效应</translation>
    </message>
    <message>
        <source>First divergence  Ctrl+F8</source>
        <translation>首次分歧  Ctrl+F8</translation>
    </message>
    <message>
        <source>Show where the two runs part first</source>
        <translation>显示两次运行最先在何处分开</translation>
    </message>
    <message>
        <source>tokens/s A · B</source>
        <translation>词元/秒 A · B</translation>
    </message>
    <message>
        <source>memory A · B</source>
        <translation>内存 A · B</translation>
    </message>
    <message>
        <source>○ Nothing compared yet</source>
        <translation>○ 尚未比较</translation>
    </message>
    <message>
        <source>Choose a model on the left, or one of the examples.</source>
        <translation>请在左侧选择模型，或选一个示例。</translation>
    </message>
    <message>
        <source>mean next-token cross entropy of A, nats: %1</source>
        <translation>A 的平均下一词元交叉熵，单位 nat：%1</translation>
    </message>
    <message>
        <source>mean next-token cross entropy of B, nats: %1</source>
        <translation>B 的平均下一词元交叉熵，单位 nat：%1</translation>
    </message>
    <message>
        <source>Judging…</source>
        <translation>正在判定…</translation>
    </message>
    <message>
        <source>Verdict: %1</source>
        <translation>判定：%1</translation>
    </message>
    <message>
        <source>◆ changed</source>
        <translation>◆ 有改变</translation>
    </message>
    <message>
        <source>A run without any tap gave these logits (sha256):
A %1
B %2
The captured runs gave:
A %3
B %4
%5</source>
        <translation>不带任何探针的运行给出这些 logits（sha256）：
A %1
B %2
带捕获的运行给出：
A %3
B %4
%5</translation>
    </message>
    <message>
        <source>The run without taps has not been made yet</source>
        <translation>不带探针的运行尚未进行</translation>
    </message>
    <message>
        <source>Of the plain runs, %1 and %2</source>
        <translation>取自不带探针的运行：%1 和 %2</translation>
    </message>
    <message>
        <source>Weights held, cache and activations of each run</source>
        <translation>每次运行所占的权重、缓存与激活</translation>
    </message>
    <message>
        <source>○ Comparing…</source>
        <translation>○ 正在比较…</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>%1 bars</source>
        <translation>%1 根柱</translation>
    </message>
    <message>
        <source>K</source>
        <translation>K</translation>
    </message>
    <message>
        <source>V</source>
        <translation>V</translation>
    </message>
    <message>
        <source>keys, as the cache holds them after rotation</source>
        <translation>键，即旋转后缓存所存</translation>
    </message>
    <message>
        <source>values, as the cache holds them</source>
        <translation>值，即缓存所存</translation>
    </message>
    <message>
        <source>relative L2 of what the cache holds against what the run made for this position before it was put away: the rounding to kv_cache.dtype, and whatever else happens on the way</source>
        <translation>缓存所存与该次运行存入之前为此位置所算之间的相对 L2：即舍入到 kv_cache.dtype，以及途中发生的其他事</translation>
    </message>
    <message>
        <source>the row of the mask at the chosen position: keys on grey are not let through; the others have the weight that the chosen head gives them</source>
        <translation>所选位置的掩码行：灰底的键不放行；其余显示所选头给它们的权重</translation>
    </message>
    <message>
        <source>Neither run keeps a cache: kv_cache is off in both.</source>
        <translation>两次运行都不保存缓存：kv_cache 均为 off。</translation>
    </message>
    <message>
        <source>rel. L2</source>
        <translation>相对 L2</translation>
    </message>
    <message>
        <source>recomputed: the runs were made again over the same calls. not available: this run keeps no cache. The map of all layers was measured while the runs ran.</source>
        <translation>recomputed（重算）：两次运行按相同的调用重做。not available（没有）：此次运行不保存缓存。全部层的图是在运行时测得的。</translation>
    </message>
    <message>
        <source>not run</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>decode</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>prefill</source>
        <translation>预填</translation>
    </message>
    <message>
        <source>call %1 of %2, %3, positions %4</source>
        <translation>第 %1/%2 次调用，%3，位置 %4</translation>
    </message>
    <message>
        <source>mask not known</source>
        <translation>掩码未知</translation>
    </message>
    <message>
        <source>sees no key</source>
        <translation>看不到任何键</translation>
    </message>
    <message>
        <source>sees keys %1–%2</source>
        <translation>看到键 %1–%2</translation>
    </message>
    <message>
        <source>sees %1 of keys %2–%3</source>
        <translation>看到键 %2–%3 中的 %1 个</translation>
    </message>
    <message>
        <source>kept bit for bit</source>
        <translation>逐位保存</translation>
    </message>
    <message>
        <source>kept with an error of %1</source>
        <translation>保存时误差 %1</translation>
    </message>
    <message>
        <source>not available: %1</source>
        <translation>没有：%1</translation>
    </message>
    <message>
        <source>prefill only</source>
        <translation>只有预填</translation>
    </message>
    <message>
        <source>decode from %1</source>
        <translation>从 %1 起解码</translation>
    </message>
    <message>
        <source>what the cache holds, by layer and position</source>
        <translation>缓存所存，按层和位置</translation>
    </message>
    <message>
        <source>Cache of layer %1: %2</source>
        <translation>第 %1 层的缓存：%2</translation>
    </message>
    <message>
        <source>relative L2 of what A and B keep, layer ↓ position →</source>
        <translation>A 与 B 所存之间的相对 L2，层 ↓ 位置 →</translation>
    </message>
    <message>
        <source>K: A | B</source>
        <translation>K：A | B</translation>
    </message>
    <message>
        <source>V: A | B</source>
        <translation>V：A | B</translation>
    </message>
    <message>
        <source>layer %1: cached | made</source>
        <translation>第 %1 层：所存 | 所算</translation>
    </message>
    <message>
        <source>mask row %1: weights</source>
        <translation>掩码行 %1：权重</translation>
    </message>
    <message>
        <source>sees key %1</source>
        <translation>看到键 %1</translation>
    </message>
    <message>
        <source>candidates</source>
        <translation>候选</translation>
    </message>
    <message>
        <source>token</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>p in A</source>
        <translation>A 的 p</translation>
    </message>
    <message>
        <source>p in B</source>
        <translation>B 的 p</translation>
    </message>
    <message>
        <source>p %1, log p %2</source>
        <translation>p %1，log p %2</translation>
    </message>
    <message>
        <source>%1 (id %2)
A: %3
B: %4</source>
        <translation>%1（id %2）
A：%3
B：%4</translation>
    </message>
    <message>
        <source>not among A's best</source>
        <translation>不在 A 的前列</translation>
    </message>
    <message>
        <source>not among B's best</source>
        <translation>不在 B 的前列</translation>
    </message>
    <message>
        <source>no candidates</source>
        <translation>没有候选</translation>
    </message>
    <message>
        <source>1 candidate</source>
        <translation>1 个候选</translation>
    </message>
    <message>
        <source>%1 candidates</source>
        <translation>%1 个候选</translation>
    </message>
    <message>
        <source>This pair is shown when the grid is done, or stopped with Esc</source>
        <translation>网格完成或按 Esc 停止后显示此对</translation>
    </message>
    <message>
        <source>‹ All cases</source>
        <translation>‹ 全部案例</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>上一步</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>%1 steps</source>
        <translation>%1 步</translation>
    </message>
    <message>
        <source>%1 of %2 steps as expected</source>
        <translation>%2 步中 %1 步符合预期</translation>
    </message>
    <message>
        <source>No case file was found.</source>
        <translation>没有找到案例文件。</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Or drop a model folder or a session anywhere in the window.</source>
        <translation>或把模型文件夹或会话拖到窗口任意处。</translation>
    </message>
    <message>
        <source>Asked: %1</source>
        <translation>人们问：%1</translation>
    </message>
    <message>
        <source>Believed: %1</source>
        <translation>人们以为：%1</translation>
    </message>
    <message>
        <source>  not as expected</source>
        <translation>  与预期不符</translation>
    </message>
    <message>
        <source>Run all steps</source>
        <translation>依次运行全部步骤</translation>
    </message>
    <message>
        <source>Stop after this step</source>
        <translation>此步之后停止</translation>
    </message>
    <message>
        <source>Each step is one click; Next goes through them.</source>
        <translation>每一步只需一次点击；“下一步”依次进行。</translation>
    </message>
    <message>
        <source>running …</source>
        <translation>正在运行 …</translation>
    </message>
    <message>
        <source>not run yet</source>
        <translation>尚未运行</translation>
    </message>
    <message>
        <source>%1: expected %2, found %3</source>
        <translation>%1：预期 %2，所见 %3</translation>
    </message>
    <message>
        <source>Cases: what was expected of every step, and what was found</source>
        <translation>案例：每一步的预期与所见</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Cases to open: %1</source>
        <translation>可打开的案例：%1</translation>
    </message>
    <message>
        <source>Find anything</source>
        <translation>查找任何功能</translation>
    </message>
    <message>
        <source>Type a few letters of what you want to do</source>
        <translation>输入想做的事的几个字母</translation>
    </message>
    <message>
        <source>Matching actions</source>
        <translation>匹配的操作</translation>
    </message>
    <message>
        <source>B's config.json: its own</source>
        <translation>B 的 config.json：自己的</translation>
    </message>
    <message>
        <source>Another config.json for run B</source>
        <translation>运行 B 用另一个 config.json</translation>
    </message>
    <message>
        <source>Run B reads the same weights under another config.json, as a port with a wrong config does. The keys that differ are listed above the views.</source>
        <translation>运行 B 以另一个 config.json 读相同的权重，如同配置有误的移植。不同的键列在视图上方。</translation>
    </message>
    <message>
        <source>Choose a config.json</source>
        <translation>选择 config.json</translation>
    </message>
    <message>
        <source>Choose another config.json for run B</source>
        <translation>为运行 B 选择另一个 config.json</translation>
    </message>
    <message>
        <source>shapes may match, the meaning differs</source>
        <translation>形状可能相符，含义不同</translation>
    </message>
    <message>
        <source>config.json for run B</source>
        <translation>运行 B 的 config.json</translation>
    </message>
    <message>
        <source>Configs (*.json)</source>
        <translation>配置 (*.json)</translation>
    </message>
    <message>
        <source>in</source>
        <translation>入</translation>
    </message>
    <message>
        <source>out</source>
        <translation>出</translation>
    </message>
    <message>
        <source>this comparison has no such site</source>
        <translation>此次比较没有这个位点</translation>
    </message>
    <message>
        <source>at %1: relative L2 %2</source>
        <translation>在 %1：相对 L2 %2</translation>
    </message>
    <message>
        <source>noise band here %1, error %2 × band</source>
        <translation>此处噪声带 %1，误差为噪声带的 %2 倍</translation>
    </message>
    <message>
        <source>all positions:</source>
        <translation>全部位置：</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>noise band %1</source>
        <translation>噪声带 %1</translation>
    </message>
    <message>
        <source>float64 distance %1</source>
        <translation>float64 距离 %1</translation>
    </message>
    <message>
        <source>own error A %1, B %2</source>
        <translation>自身误差 A %1，B %2</translation>
    </message>
    <message>
        <source>holds NaN or infinite values</source>
        <translation>含 NaN 或无穷</translation>
    </message>
    <message>
        <source>error of every site, A against B</source>
        <translation>每个位点的误差，A 对 B</translation>
    </message>
    <message>
        <source>the same twice</source>
        <translation>两者相同</translation>
    </message>
    <message>
        <source>token by expert</source>
        <translation>词元 × 专家</translation>
    </message>
    <message>
        <source>margin</source>
        <translation>间隔</translation>
    </message>
    <message>
        <source>A: experts %1</source>
        <translation>A：专家 %1</translation>
    </message>
    <message>
        <source>B: experts %1</source>
        <translation>B：专家 %1</translation>
    </message>
    <message>
        <source>margin A %1, B %2 (router logits)</source>
        <translation>间隔 A %1，B %2（路由 logits）</translation>
    </message>
    <message>
        <source>margin A %1 ulp</source>
        <translation>A 的间隔 %1 ulp</translation>
    </message>
    <message>
        <source>◆ flip, more than the noise band explains</source>
        <translation>◆ 翻转，超出噪声带所能解释</translation>
    </message>
    <message>
        <source>○ flip, within the noise band</source>
        <translation>○ 翻转，在噪声带之内</translation>
    </message>
    <message>
        <source>○ flip, not judged</source>
        <translation>○ 翻转，未判定</translation>
    </message>
    <message>
        <source>no routing here</source>
        <translation>此处没有路由</translation>
    </message>
    <message>
        <source>block %1, %2</source>
        <translation>第 %1 块，%2</translation>
    </message>
    <message>
        <source>expert %1 %2</source>
        <translation>专家 %1 %2</translation>
    </message>
    <message>
        <source>output A: %1</source>
        <translation>A 的输出：%1</translation>
    </message>
    <message>
        <source>output B: %1</source>
        <translation>B 的输出：%1</translation>
    </message>
    <message>
        <source>Writing to %1 …</source>
        <translation>正在写入 %1 …</translation>
    </message>
    <message>
        <source>Written to %1, files: %2</source>
        <translation>已写入 %1，文件数：%2</translation>
    </message>
    <message>
        <source>forced</source>
        <translation>同文</translation>
    </message>
    <message>
        <source>free</source>
        <translation>自由</translation>
    </message>
    <message>
        <source>A's text, and what B chooses at each of its steps: one step never changes the next</source>
        <translation>A 的文本，以及 B 在其每一步的选择：一步不会改变下一步</translation>
    </message>
    <message>
        <source>each run goes on from its own tokens</source>
        <translation>每次运行接着自己的词元往下写</translation>
    </message>
    <message>
        <source>ulp</source>
        <translation>ulp</translation>
    </message>
    <message>
        <source>margin of each step</source>
        <translation>每一步的间隔</translation>
    </message>
    <message>
        <source>No new token was made: the text ended at once, or none was asked for. Set how many in Setup, under the prompt.</source>
        <translation>没有生成新词元：文本立即结束，或未要求生成。请在左侧提示词下方设定数量。</translation>
    </message>
    <message>
        <source>A %1 · B %2 tokens</source>
        <translation>A %1 · B %2 个词元</translation>
    </message>
    <message>
        <source>stopped after A %1 · B %2 tokens</source>
        <translation>已停在 A %1 · B %2 个词元</translation>
    </message>
    <message>
        <source>error there</source>
        <translation>该处误差</translation>
    </message>
    <message>
        <source>margin of each step, log</source>
        <translation>每一步的间隔，对数</translation>
    </message>
    <message>
        <source>step %1 · texts differ before it</source>
        <translation>第 %1 步 · 此前文本已不同</translation>
    </message>
    <message>
        <source>step %1</source>
        <translation>第 %1 步</translation>
    </message>
    <message>
        <source>After the split each run answers to its own text: the two columns are answers to different questions.</source>
        <translation>分开之后，每次运行回答的是自己的文本：两栏是对不同问题的回答。</translation>
    </message>
    <message>
        <source>cancelled after A %1 · B %2</source>
        <translation>已取消，A %1 · B %2 个词元之后</translation>
    </message>
    <message>
        <source>no split in 1 token</source>
        <translation>1 个词元，未分开</translation>
    </message>
    <message>
        <source>no split in %1 tokens</source>
        <translation>%1 个词元，未分开</translation>
    </message>
    <message>
        <source>first other choice at step %1</source>
        <translation>首个不同选择在第 %1 步</translation>
    </message>
    <message>
        <source>split at step %1</source>
        <translation>在第 %1 步分开</translation>
    </message>
    <message>
        <source>no token</source>
        <translation>没有词元</translation>
    </message>
    <message>
        <source>%1 p %2, margin %3</source>
        <translation>%1 p %2，间隔 %3</translation>
    </message>
    <message>
        <source> · error there %1</source>
        <translation> · 该处误差 %1</translation>
    </message>
    <message>
        <source>generated tokens of A, of B, and B's choice at each step of A's text</source>
        <translation>A 生成的词元、B 生成的词元，以及 B 在 A 文本每一步的选择</translation>
    </message>
    <message>
        <source>Generation, step %1: %2</source>
        <translation>生成，第 %1 步：%2</translation>
    </message>
    <message>
        <source>A new comparison that reads the prompt, this run's text up to the chosen step, and then this token; choose another candidate above. Undo brings this one back.</source>
        <translation>新的比较：读提示词、此次运行到所选步为止的文本，再读这个词元；可在上方选另一候选。撤销可回到现在。</translation>
    </message>
    <message>
        <source>Branch here: %1</source>
        <translation>从此处分支：%1</translation>
    </message>
    <message>
        <source>parted %1 times, last at %2</source>
        <translation>分开 %1 次，最后一次在%2</translation>
    </message>
    <message>
        <source>same again from %1</source>
        <translation>自%1起又相同</translation>
    </message>
    <message>
        <source>same again from %1 as far as A goes</source>
        <translation>自%1起又相同，直到 A 结束</translation>
    </message>
    <message>
        <source>same again from %1 as far as B goes</source>
        <translation>自%1起又相同，直到 B 结束</translation>
    </message>
    <message>
        <source>taken apart</source>
        <translation>已分解</translation>
    </message>
    <message>
        <source>%1 new tokens</source>
        <translation>新词元 %1 个</translation>
    </message>
    <message>
        <source>no new tokens</source>
        <translation>无新词元</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>未判定</translation>
    </message>
    <message>
        <source>Show every step, what it is for, and what was expected and found</source>
        <translation>显示每一步：其用意、预期与所见</translation>
    </message>
    <message>
        <source>Your own setup is shown, not this case.</source>
        <translation>所示为您自己的设置，而非此案例。</translation>
    </message>
    <message>
        <source>Back to it</source>
        <translation>返回案例</translation>
    </message>
    <message>
        <source>Show the comparison of the chosen step again</source>
        <translation>再次显示所选步骤的比较</translation>
    </message>
    <message>
        <source>A setup of your own: the case you came from is in Cases, Ctrl+9</source>
        <translation>这是您自己的设置：原来的案例在“案例”视图中，Ctrl+9</translation>
    </message>
    <message>
        <source>1 × band: as far as rounding alone may bring A and B apart; no colour: within it</source>
        <translation>1 × 噪声带：仅凭舍入可使 A 与 B 相差的程度；无色：在其内</translation>
    </message>
    <message>
        <source>1 ulp: one unit in the last place of the coarser dtype</source>
        <translation>1 ulp：较粗 dtype 的最末一位单位</translation>
    </message>
    <message>
        <source>relative L2: ‖A−B‖ / max(‖A‖, ‖B‖)</source>
        <translation>相对 L2：‖A−B‖ / max(‖A‖, ‖B‖)</translation>
    </message>
    <message>
        <source>different functions</source>
        <translation>不同的函数</translation>
    </message>
    <message>
        <source> · noise over margin %1</source>
        <translation> · 噪声与间隔之比 %1</translation>
    </message>
    <message>
        <source>Go to</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Site and position</source>
        <translation>位点与位置</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>转到</translation>
    </message>
    <message>
        <source>Site, then position and key position; or layer.head</source>
        <translation>位点，然后位置与键位置；或 层.头</translation>
    </message>
    <message>
        <source>all heads</source>
        <translation>全部头</translation>
    </message>
    <message>
        <source>layer %1 head %2: largest |A−B| %3</source>
        <translation>第 %1 层第 %2 头：最大 |A−B| %3</translation>
    </message>
    <message>
        <source>; %1 never made this pattern</source>
        <translation>；%1 从不产生此图</translation>
    </message>
    <message>
        <source>; recomputed in %1</source>
        <translation>；%1 中为重新计算</translation>
    </message>
    <message>
        <source>A and B</source>
        <translation>A 和 B</translation>
    </message>
    <message>
        <source>; strongest key moved for %1 of %2 queries</source>
        <translation>；%2 个查询中有 %1 个的最强键改变</translation>
    </message>
    <message>
        <source>; entropy %1 nats</source>
        <translation>；熵 %1 nat</translation>
    </message>
    <message>
        <source>masked</source>
        <translation>已遮蔽</translation>
    </message>
    <message>
        <source>%1 by %2 cells, from %3 to %4</source>
        <translation>%1 × %2 格，从 %3 到 %4</translation>
    </message>
    <message>
        <source>%1 points</source>
        <translation>%1 个点</translation>
    </message>
    <message>
        <source>KL A‖B</source>
        <translation>KL A‖B</translation>
    </message>
    <message>
        <source>KL B‖A</source>
        <translation>KL B‖A</translation>
    </message>
    <message>
        <source>JS</source>
        <translation>JS</translation>
    </message>
    <message>
        <source>KL(A‖B): what B loses on tokens drawn from A, in nats</source>
        <translation>KL(A‖B)：在 A 抽出的词元上 B 损失多少，单位 nat</translation>
    </message>
    <message>
        <source>KL(B‖A): what A loses on tokens drawn from B, in nats</source>
        <translation>KL(B‖A)：在 B 抽出的词元上 A 损失多少，单位 nat</translation>
    </message>
    <message>
        <source>Jensen–Shannon divergence: the same both ways, at most ln 2</source>
        <translation>Jensen–Shannon 散度：两个方向相同，至多 ln 2</translation>
    </message>
    <message>
        <source>loss of the next token, nats</source>
        <translation>下一词元的损失，nat</translation>
    </message>
    <message>
        <source>loss B − A, nats</source>
        <translation>损失 B − A，nat</translation>
    </message>
    <message>
        <source>rank of next token, 1 = best, log</source>
        <translation>下一词元的名次，1 为最佳，对数</translation>
    </message>
    <message>
        <source>The logits were not compared</source>
        <translation>没有比较 logits</translation>
    </message>
    <message>
        <source>same best token %1 · same top 5 %2</source>
        <translation>最佳词元相同 %1 · 前五相同 %2</translation>
    </message>
    <message>
        <source>captured</source>
        <translation>捕获</translation>
    </message>
    <message>
        <source>Measured on all logits of both runs while they ran; A's own text is fed to both.</source>
        <translation>在两次运行进行时用其全部 logits 测得；两者都读 A 自己的文本。</translation>
    </message>
    <message>
        <source>KL(A‖B)</source>
        <translation>KL(A‖B)</translation>
    </message>
    <message>
        <source>KL(B‖A)</source>
        <translation>KL(B‖A)</translation>
    </message>
    <message>
        <source>%1, nats, log</source>
        <translation>%1，nat，对数</translation>
    </message>
    <message>
        <source>another best token</source>
        <translation>最佳词元不同</translation>
    </message>
    <message>
        <source>B − A</source>
        <translation>B − A</translation>
    </message>
    <message>
        <source>best token “%1” in both</source>
        <translation>两者的最佳词元都是“%1”</translation>
    </message>
    <message>
        <source>best token A “%1”, B “%2” (A's is rank %3 in B)</source>
        <translation>最佳词元 A“%1”，B“%2”（A 的在 B 中列第 %3）</translation>
    </message>
    <message>
        <source>KL(A‖B) %1 nats</source>
        <translation>KL(A‖B) %1 nat</translation>
    </message>
    <message>
        <source>logits and loss by position, nats; ranks from 0</source>
        <translation>各位置的 logits 与损失，单位 nat；名次从 0 起</translation>
    </message>
    <message>
        <source>no logits</source>
        <translation>没有 logits</translation>
    </message>
    <message>
        <source>Logits at %1: KL(A‖B) %2 nats, loss A %3, B %4. %5</source>
        <translation>%1 处的 logits：KL(A‖B) %2 nat，损失 A %3，B %4。%5</translation>
    </message>
    <message>
        <source>Find anything  Ctrl+K</source>
        <translation>查找任何功能  Ctrl+K</translation>
    </message>
    <message>
        <source>unsaved</source>
        <translation>未保存</translation>
    </message>
    <message>
        <source>No site leaves its noise band</source>
        <translation>没有位点越出噪声带</translation>
    </message>
    <message>
        <source>Sessions (*.drift)</source>
        <translation>会话 (*.drift)</translation>
    </message>
    <message>
        <source>Open session</source>
        <translation>打开会话</translation>
    </message>
    <message>
        <source>Save session</source>
        <translation>保存会话</translation>
    </message>
    <message>
        <source>Choose …</source>
        <translation>选择 …</translation>
    </message>
    <message>
        <source>Type where the files shall go</source>
        <translation>请输入文件存放的位置</translation>
    </message>
    <message>
        <source>%1 is a file</source>
        <translation>%1 是一个文件</translation>
    </message>
    <message>
        <source>Nothing can be written to %1</source>
        <translation>无法写入 %1</translation>
    </message>
    <message>
        <source>The folder is there; files of the same names are replaced</source>
        <translation>文件夹已存在；同名文件会被替换</translation>
    </message>
    <message>
        <source>The folder will be made</source>
        <translation>将新建该文件夹</translation>
    </message>
    <message>
        <source>Folder for report, pictures and tables</source>
        <translation>报告、图片与表格的文件夹</translation>
    </message>
    <message>
        <source>There is no run to pin yet</source>
        <translation>还没有可钉住的运行</translation>
    </message>
    <message>
        <source>No run is pinned as baseline</source>
        <translation>没有钉为基线的运行</translation>
    </message>
    <message>
        <source>%1 in %2: %3</source>
        <translation>%2 中的 %1：%3</translation>
    </message>
    <message>
        <source>◆ A known bug is on, on purpose. %1</source>
        <translation>◆ 已故意打开一个已知缺陷。%1</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>关闭它</translation>
    </message>
    <message>
        <source>= Bit-identical although %1 differs: on this machine both settings give the same bits. Another kernel, as on a GPU, would sum in another order.</source>
        <translation>= 虽然 %1 不同，结果逐位相同：在这台机器上两种设置给出相同的比特。换一个内核（如 GPU 上的）会以另一种次序求和。</translation>
    </message>
    <message>
        <source>= Bit-identical although %1 differs, because these tokens do not reach it: %2</source>
        <translation>= 虽然 %1 不同，结果逐位相同，因为这些词元没有用到它：%2</translation>
    </message>
    <message>
        <source>Try another summation order</source>
        <translation>试另一种求和次序</translation>
    </message>
    <message>
        <source>The program ended unexpectedly last time; what it kept is still there.</source>
        <translation>程序上次意外终止；它保存的内容还在。</translation>
    </message>
    <message>
        <source>Restore it</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Where: %1</source>
        <translation>位置：%1</translation>
    </message>
    <message>
        <source>What to do: %1</source>
        <translation>怎么办：%1</translation>
    </message>
    <message>
        <source>Nothing to undo</source>
        <translation>没有可撤销的</translation>
    </message>
    <message>
        <source>Undone: a change of the view</source>
        <translation>已撤销：视图的一次改变</translation>
    </message>
    <message>
        <source>Undone: a change of the setup</source>
        <translation>已撤销：设置的一次改变</translation>
    </message>
    <message>
        <source>Nothing to redo</source>
        <translation>没有可重做的</translation>
    </message>
    <message>
        <source>Done again</source>
        <translation>已重做</translation>
    </message>
    <message>
        <source>%1 · %2 blocks · %3 heads (%4 for keys) · width %5</source>
        <translation>%1 · %2 块 · %3 头（键 %4 头）· 宽 %5</translation>
    </message>
    <message>
        <source>%1 experts, %2 chosen</source>
        <translation>%1 个专家，选 %2 个</translation>
    </message>
    <message>
        <source>%1 parameters · %2</source>
        <translation>%1 个参数 · %2</translation>
    </message>
    <message>
        <source>folder of a model</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>same as A</source>
        <translation>与 A 相同</translation>
    </message>
    <message>
        <source>Model A</source>
        <translation>模型 A</translation>
    </message>
    <message>
        <source>Model B</source>
        <translation>模型 B</translation>
    </message>
    <message>
        <source>Choose a folder</source>
        <translation>选择文件夹</translation>
    </message>
    <message>
        <source>Choose the folder of model %1</source>
        <translation>选择模型 %1 的文件夹</translation>
    </message>
    <message>
        <source>Folder of model A</source>
        <translation>模型 A 的文件夹</translation>
    </message>
    <message>
        <source>Folder of model B</source>
        <translation>模型 B 的文件夹</translation>
    </message>
    <message>
        <source>only A: %1</source>
        <translation>仅 A：%1</translation>
    </message>
    <message>
        <source>only B: %1</source>
        <translation>仅 B：%1</translation>
    </message>
    <message>
        <source>present and unused</source>
        <translation>存在但未使用</translation>
    </message>
    <message>
        <source>not hashed yet</source>
        <translation>尚未求哈希</translation>
    </message>
    <message>
        <source>config</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>notes</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>keys of config.json in A and B: where each value comes from</source>
        <translation>A 与 B 的 config.json 的键：每个值来自何处</translation>
    </message>
    <message>
        <source>weights of A and B: shape, dtype, bytes; choose one to see the histogram of its values and of A − B</source>
        <translation>A 与 B 的权重：形状、类型、字节；选一个可看其数值以及 A − B 的直方图</translation>
    </message>
    <message>
        <source>what opening the models found odd</source>
        <translation>打开模型时发现的异常</translation>
    </message>
    <message>
        <source>Models A and B</source>
        <translation>模型 A 与 B</translation>
    </message>
    <message>
        <source>No model is open</source>
        <translation>没有打开模型</translation>
    </message>
    <message>
        <source>config keys that differ: %1</source>
        <translation>不同的配置键：%1</translation>
    </message>
    <message>
        <source>the same config</source>
        <translation>配置相同</translation>
    </message>
    <message>
        <source>A and B are the same folder</source>
        <translation>A 与 B 是同一文件夹</translation>
    </message>
    <message>
        <source>%1 parameters</source>
        <translation>%1 个参数</translation>
    </message>
    <message>
        <source>no tokenizer</source>
        <translation>没有分词器</translation>
    </message>
    <message>
        <source>A %1   B %2</source>
        <translation>A %1   B %2</translation>
    </message>
    <message>
        <source>key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>file, default of the family, or an option</source>
        <translation>文件、该族的默认值，或选项</translation>
    </message>
    <message>
        <source>note</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>dtype</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>as stored</source>
        <translation>存储形式</translation>
    </message>
    <message>
        <source>A | B</source>
        <translation>A | B</translation>
    </message>
    <message>
        <source>whether the bytes of A and B are the same</source>
        <translation>A 与 B 的字节是否相同</translation>
    </message>
    <message>
        <source>sha256</source>
        <translation>sha256</translation>
    </message>
    <message>
        <source>of the bytes as stored; known after the first run</source>
        <translation>对存储的字节求得；首次运行后可知</translation>
    </message>
    <message>
        <source>source</source>
        <translation>出处</translation>
    </message>
    <message>
        <source>name in the file, and the file</source>
        <translation>在文件中的名字，以及文件</translation>
    </message>
    <message>
        <source>nothing odd was found</source>
        <translation>没有发现异常</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>config and tensors of A and B</source>
        <translation>A 与 B 的配置和张量</translation>
    </message>
    <message>
        <source>no model is open</source>
        <translation>没有打开模型</translation>
    </message>
    <message>
        <source>Models: %1. Config keys that differ: %2, present and unused: %3. Tensors: %4</source>
        <translation>模型：%1。不同的配置键：%2，存在但未使用：%3。张量：%4</translation>
    </message>
    <message>
        <source>more</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>位点</translation>
    </message>
    <message>
        <source>position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>all</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>values at the chosen position</source>
        <translation>所选位置的值</translation>
    </message>
    <message>
        <source>values at every position</source>
        <translation>每个位置的值</translation>
    </message>
    <message>
        <source>Head, expert or feature</source>
        <translation>头、专家或特征</translation>
    </message>
    <message>
        <source>Values of A and B</source>
        <translation>A 与 B 的值</translation>
    </message>
    <message>
        <source>values by ulp distance, log</source>
        <translation>按 ulp 距离计的值数，对数</translation>
    </message>
    <message>
        <source>B over A</source>
        <translation>B 对 A</translation>
    </message>
    <message>
        <source>recomputed: the runs were made again over the same calls; the null test holds them to the same bits. not available: this run never makes the value.</source>
        <translation>recomputed（重算）：两次运行按相同的调用重做；零测试保证比特相同。not available（没有）：该次运行从不产生此值。</translation>
    </message>
    <message>
        <source>every %1</source>
        <translation>每 %1 个</translation>
    </message>
    <message>
        <source>exact, as %1</source>
        <translation>精确，如 %1</translation>
    </message>
    <message>
        <source>formed in float64</source>
        <translation>以 float64 求差</translation>
    </message>
    <message>
        <source>in units in the last place of the coarser dtype</source>
        <translation>以较粗类型的末位为单位</translation>
    </message>
    <message>
        <source>values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>slope %1 · R² %2</source>
        <translation>斜率 %1 · R² %2</translation>
    </message>
    <message>
        <source> · 1 in %1 shown</source>
        <translation> · 显示 1/%1</translation>
    </message>
    <message>
        <source>not available: %1. %2</source>
        <translation>没有：%1。%2</translation>
    </message>
    <message>
        <source>the values come when the comparison is done</source>
        <translation>比较完成后才有值</translation>
    </message>
    <message>
        <source>reading the values …</source>
        <translation>正在读取数值…</translation>
    </message>
    <message>
        <source>no run keeps and makes this</source>
        <translation>没有运行既缓存又生成它</translation>
    </message>
    <message>
        <source>%1: the values come when the comparison is done</source>
        <translation>%1：比较完成后才有值</translation>
    </message>
    <message>
        <source>%1: computing again…</source>
        <translation>%1：正在重算…</translation>
    </message>
    <message>
        <source>every position</source>
        <translation>每个位置</translation>
    </message>
    <message>
        <source>1 value</source>
        <translation>1 个值</translation>
    </message>
    <message>
        <source>%1 values</source>
        <translation>%1 个值</translation>
    </message>
    <message>
        <source>the first %1 in the table</source>
        <translation>表中为前 %1 个</translation>
    </message>
    <message>
        <source>%1 equal</source>
        <translation>%1 相等</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>至多 %1</translation>
    </message>
    <message>
        <source>|A−B| ≤ %1</source>
        <translation>|A−B| ≤ %1</translation>
    </message>
    <message>
        <source>not finite: %1</source>
        <translation>非有限：%1</translation>
    </message>
    <message>
        <source>only one run makes this value</source>
        <translation>只有一次运行产生此值</translation>
    </message>
    <message>
        <source>values of %1</source>
        <translation>%1 的值</translation>
    </message>
    <message>
        <source>, the first %1 of %2; NPZ holds all</source>
        <translation>，%2 个中的前 %1 个；NPZ 中是全部</translation>
    </message>
    <message>
        <source>Values of %1, %2</source>
        <translation>%1 的值，%2</translation>
    </message>
    <message>
        <source>%1 of run %2</source>
        <translation>运行 %2 的 %1</translation>
    </message>
    <message>
        <source>Options that differ</source>
        <translation>不同的选项</translation>
    </message>
    <message>
        <source>this site is not made here</source>
        <translation>此处不产生这个位点</translation>
    </message>
    <message>
        <source>× band</source>
        <translation>× 噪声带</translation>
    </message>
    <message>
        <source>relative</source>
        <translation>相对</translation>
    </message>
    <message>
        <source>relative L2 over the noise band of the site and position: up to 1 it is rounding</source>
        <translation>相对 L2 除以该位点和位置的噪声带：不超过 1 即为舍入</translation>
    </message>
    <message>
        <source>largest |A−B| in units in the last place of the coarser dtype</source>
        <translation>以较粗类型的末位（ulp）为单位的最大 |A−B|</translation>
    </message>
    <message>
        <source>relative L2: ‖A−B‖ / max(‖A‖, ‖B‖), worst position</source>
        <translation>相对 L2：‖A−B‖ / max(‖A‖, ‖B‖)，取最差位置</translation>
    </message>
    <message>
        <source>main</source>
        <translation>主要</translation>
    </message>
    <message>
        <source>one site for each step of a block</source>
        <translation>每块的每一步一个位点</translation>
    </message>
    <message>
        <source>every site that was compared</source>
        <translation>所有比较过的位点</translation>
    </message>
    <message>
        <source>No site has been compared yet.</source>
        <translation>还没有比较任何位点。</translation>
    </message>
    <message>
        <source>this comparison was not judged: there is no noise band to measure by</source>
        <translation>此次比较未经判定：没有可作尺度的噪声带</translation>
    </message>
    <message>
        <source>   ◆ first over band, other function</source>
        <translation>   ◆ 首个越出噪声带，函数不同</translation>
    </message>
    <message>
        <source>   ◆ other function</source>
        <translation>   ◆ 函数不同</translation>
    </message>
    <message>
        <source>   ◆ first over band</source>
        <translation>   ◆ 首个越出噪声带</translation>
    </message>
    <message>
        <source>   not judged: relative L2</source>
        <translation>   未判定：相对 L2</translation>
    </message>
    <message>
        <source>%1 of %2 sites</source>
        <translation>%2 个位点中的 %1 个</translation>
    </message>
    <message>
        <source>block →</source>
        <translation>块 →</translation>
    </message>
    <message>
        <source>block %1, position →</source>
        <translation>第 %1 块，位置 →</translation>
    </message>
    <message>
        <source>block %1, relative L2</source>
        <translation>第 %1 块，相对 L2</translation>
    </message>
    <message>
        <source>ulp are known by site only: by position it is relative L2</source>
        <translation>ulp 只按位点给出：按位置时为相对 L2</translation>
    </message>
    <message>
        <source>max |A−B| %1, exact %2, slope %3</source>
        <translation>最大 |A−B| %1，相等 %2，斜率 %3</translation>
    </message>
    <message>
        <source>No error map.</source>
        <translation>没有误差图。</translation>
    </message>
    <message>
        <source>Error map in %1, no site chosen.</source>
        <translation>误差图，单位 %1，未选位点。</translation>
    </message>
    <message>
        <source>Error at %1: %2 %3</source>
        <translation>%1 处的误差：%2 %3</translation>
    </message>
    <message>
        <source>maps</source>
        <translation>图</translation>
    </message>
    <message>
        <source>apart</source>
        <translation>拆解</translation>
    </message>
    <message>
        <source>error at every site, by block and by position</source>
        <translation>每个位点的误差，按块和按位置</translation>
    </message>
    <message>
        <source>taken apart: isolated, propagated and injected error of each component, and the share of each option and step</source>
        <translation>拆解：各部件的孤立、传播与注入误差，以及各选项和各步的份额</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Copy numbers</source>
        <translation>复制数值</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>disagreement by block</source>
        <translation>各块的分歧</translation>
    </message>
    <message>
        <source>tokens with a flip so far</source>
        <translation>至此有翻转的词元</translation>
    </message>
    <message>
        <source>expert load</source>
        <translation>各专家的负载</translation>
    </message>
    <message>
        <source>block %1</source>
        <translation>第 %1 块</translation>
    </message>
    <message>
        <source>share of tokens</source>
        <translation>词元的比例</translation>
    </message>
    <message>
        <source>block %1 has no experts</source>
        <translation>第 %1 块没有专家</translation>
    </message>
    <message>
        <source>flips %1</source>
        <translation>翻转 %1</translation>
    </message>
    <message>
        <source>filled: A chose it · ring: B chose otherwise</source>
        <translation>实心：A 选了它 · 圆圈：B 选得不同</translation>
    </message>
    <message>
        <source>experts that A chose</source>
        <translation>A 选的专家</translation>
    </message>
    <message>
        <source>experts that B chose</source>
        <translation>B 选的专家</translation>
    </message>
    <message>
        <source>A−B: blue only A, orange only B</source>
        <translation>A−B：蓝仅 A，橙仅 B</translation>
    </message>
    <message>
        <source>margin in ulp, log · ○ flip · ◆ unexplained</source>
        <translation>间隔（ulp，对数）· ○ 翻转 · ◆ 无法解释</translation>
    </message>
    <message>
        <source>The bar is the gap between the last chosen expert and the next one in A's router logits, in units in the last place of the router's dtype, on a logarithmic scale. ○ a flip within the noise band of the router logits, ◆ one that rounding does not explain.</source>
        <translation>柱长是 A 的路由 logits 中最后一个入选专家与下一个的差距，以路由类型的末位（ulp）为单位，对数刻度。○ 翻转在路由 logits 的噪声带之内，◆ 舍入无法解释的翻转。</translation>
    </message>
    <message>
        <source>   expert %1</source>
        <translation>   专家 %1</translation>
    </message>
    <message>
        <source>%1 of the tokens chose other experts, smallest margin %2</source>
        <translation>%1 的词元选了别的专家，最小间隔 %2</translation>
    </message>
    <message>
        <source>experts chosen in every block</source>
        <translation>每块所选的专家</translation>
    </message>
    <message>
        <source>Routing, %1</source>
        <translation>路由，%1</translation>
    </message>
    <message>
        <source>weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>output</source>
        <translation>输出</translation>
    </message>
    <message>
        <source>shade: the router's mixing weight of the expert</source>
        <translation>深浅：路由给该专家的混合权重</translation>
    </message>
    <message>
        <source>shade: what the expert adds at this position, its weight times the norm of its output, as a share of all chosen experts</source>
        <translation>深浅：该专家在此位置所加的，即其权重乘以输出的范数，占全部所选专家的份额</translation>
    </message>
    <message>
        <source>mean KL(A ‖ B) that is left when one run takes the other run's experts: what routing alone makes of the distance, both ways</source>
        <translation>一次运行改用另一次的专家时剩下的平均 KL(A ‖ B)：路由本身占多少距离，两个方向</translation>
    </message>
    <message>
        <source>A's experts in B leave %1 nats</source>
        <translation>B 用 A 的专家，剩 %1 nat</translation>
    </message>
    <message>
        <source>B's in A %1</source>
        <translation>A 用 B 的，%1</translation>
    </message>
    <message>
        <source>replay</source>
        <translation>重放</translation>
    </message>
    <message>
        <source>B chooses its experts itself</source>
        <translation>B 自己选择专家</translation>
    </message>
    <message>
        <source>run again with A's experts in B (option experts = replay): what differs then is not routing</source>
        <translation>让 B 用 A 的专家重新运行（选项 experts = replay）：此时仍有的差异不是路由造成的</translation>
    </message>
    <message>
        <source>B with A's experts: %1 nats</source>
        <translation>B 用 A 的专家：%1 nat</translation>
    </message>
    <message>
        <source>outputs not available: %1</source>
        <translation>没有输出：%1</translation>
    </message>
    <message>
        <source> · shade: share of output</source>
        <translation> · 深浅：占输出的份额</translation>
    </message>
    <message>
        <source>computing the experts' outputs…</source>
        <translation>正在计算各专家的输出…</translation>
    </message>
    <message>
        <source>run A</source>
        <translation>运行 A</translation>
    </message>
    <message>
        <source>run B</source>
        <translation>运行 B</translation>
    </message>
    <message>
        <source>colour scale, logarithmic</source>
        <translation>色标，对数</translation>
    </message>
    <message>
        <source>colour scale, linear</source>
        <translation>色标，线性</translation>
    </message>
    <message>
        <source>A %1
B %2</source>
        <translation>A %1
B %2</translation>
    </message>
    <message>
        <source>A %1, B %2</source>
        <translation>A %1，B %2</translation>
    </message>
    <message>
        <source>The session could not be kept: %1</source>
        <translation>会话未能保存：%1</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Text that both runs read</source>
        <translation>两次运行都读的文本</translation>
    </message>
    <message>
        <source>New tokens</source>
        <translation>新词元</translation>
    </message>
    <message>
        <source>Tokens that both runs write; A's text is then read by both</source>
        <translation>两次运行都写的词元数；之后两者都读 A 的文本</translation>
    </message>
    <message>
        <source>new · teacher-forced on A</source>
        <translation>新 · 同读 A 文</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行记录</translation>
    </message>
    <message>
        <source>Runs made before</source>
        <translation>之前做过的运行</translation>
    </message>
    <message>
        <source>Name of the run</source>
        <translation>运行的名字</translation>
    </message>
    <message>
        <source>Name; empty: what differs</source>
        <translation>名字；留空则用不同之处</translation>
    </message>
    <message>
        <source>&amp;Rename…  F2</source>
        <translation>重命名(&amp;R)…  F2</translation>
    </message>
    <message>
        <source>&amp;Unpin</source>
        <translation>取消基线(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Pin as baseline</source>
        <translation>钉为基线(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Forget</source>
        <translation>忘掉(&amp;F)</translation>
    </message>
    <message>
        <source>%1 ids given ·</source>
        <translation>直接给出 %1 个 id ·</translation>
    </message>
    <message>
        <source>1 token ·</source>
        <translation>1 个词元 ·</translation>
    </message>
    <message>
        <source>%1 tokens ·</source>
        <translation>%1 个词元 ·</translation>
    </message>
    <message>
        <source>– tokens ·</source>
        <translation>– 个词元 ·</translation>
    </message>
    <message>
        <source>Runs the model again for each option that differs and for each step of each block, with the arithmetic of A and of B; shown in Overview, “apart”. It takes many times longer; Esc cancels.</source>
        <translation>对每个不同的选项和每块的每一步，分别以 A 和 B 的算术重跑模型；显示在概览的“拆解”中。耗时多许多倍；Esc 取消。</translation>
    </message>
    <message>
        <source>take apart by option and step</source>
        <translation>按选项和步拆解</translation>
    </message>
    <message>
        <source>Cancel  Esc</source>
        <translation>取消  Esc</translation>
    </message>
    <message>
        <source>relative </source>
        <translation>相对 </translation>
    </message>
    <message>
        <source>band </source>
        <translation>噪声带 </translation>
    </message>
    <message>
        <source>1 thread</source>
        <translation>1 个线程</translation>
    </message>
    <message>
        <source>%1 threads</source>
        <translation>%1 个线程</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%2 中的 %1</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩 %1</translation>
    </message>
    <message>
        <source>folders, joined by |</source>
        <translation>文件夹，以 | 相连</translation>
    </message>
    <message>
        <source>tokens of the prompt, joined by |</source>
        <translation>提示词的词元，以 | 相连</translation>
    </message>
    <message>
        <source>values, joined by |</source>
        <translation>值，以 | 相连</translation>
    </message>
    <message>
        <source>Grid of comparisons</source>
        <translation>比较网格</translation>
    </message>
    <message>
        <source>rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>columns</source>
        <translation>列</translation>
    </message>
    <message>
        <source>both</source>
        <translation>两者</translation>
    </message>
    <message>
        <source>which run this axis sets</source>
        <translation>此轴设定哪次运行</translation>
    </message>
    <message>
        <source>what this axis sets</source>
        <translation>此轴设定什么</translation>
    </message>
    <message>
        <source>values of this axis</source>
        <translation>此轴的值</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>prompt length</source>
        <translation>提示词长度</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>against A</source>
        <translation>对 A</translation>
    </message>
    <message>
        <source>What is asked on the left stays as it is; each cell changes what its row and column name. Choose one or two axes and run the grid.</source>
        <translation>左侧的设置保持不变；每格只改变其行与列所指的项。请选一或两个轴，然后运行网格。</translation>
    </message>
    <message>
        <source>%1 of %2 cells. Loss A | B and mean KL(A ‖ B) in nats; a click opens the pair.</source>
        <translation>%2 格中的 %1 格。损失 A | B 与平均 KL(A ‖ B)，单位 nat；点击打开该对。</translation>
    </message>
    <message>
        <source>Stopped before its end.</source>
        <translation>未到结尾即停止。</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Run the grid; once more stops it, and what it has stays</source>
        <translation>运行网格；再按一次则停止，已有的保留</translation>
    </message>
    <message>
        <source>texts of A and B</source>
        <translation>A 与 B 的文本</translation>
    </message>
    <message>
        <source>%1 (id %2)</source>
        <translation>%1（id %2）</translation>
    </message>
    <message>
        <source>step %1
A %2
B %3</source>
        <translation>第 %1 步
A %2
B %3</translation>
    </message>
    <message>
        <source>no text</source>
        <translation>没有文本</translation>
    </message>
    <message>
        <source>fragile: rounding of A alone may turn this token</source>
        <translation>脆弱：仅 A 的舍入就可能改变此词元</translation>
    </message>
    <message>
        <source>from step %1 of A and step %2 of B the texts are the same again for %3 tokens</source>
        <translation>从 A 的第 %1 步和 B 的第 %2 步起，文本又有 %3 个词元相同</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Export %1</source>
        <translation>导出%1</translation>
    </message>
    <message>
        <source>Write this view as PNG, SVG, PDF or CSV, or copy it</source>
        <translation>把此视图写成 PNG、SVG、PDF 或 CSV，或复制</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>◆ outside the noise band</source>
        <translation>◆ 越出噪声带</translation>
    </message>
    <message>
        <source>tokens · height: KL(A‖B) on a log scale, 1e-6 to 10 nats · red: more than rounding (outside the noise band) · ▸ generated by A</source>
        <translation>词元 · 高度：KL(A‖B)，对数刻度，1e-6 到 10 nat · 红：多于舍入（越出噪声带） · ▸ 由 A 生成</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>正在计算…</translation>
    </message>
    <message>
        <source>cut: the CSV holds all</source>
        <translation>已截断：CSV 中是全部</translation>
    </message>
    <message>
        <source>%1 copied as a picture</source>
        <translation>%1 已复制为图片</translation>
    </message>
    <message>
        <source>Numbers copied, rows: %1</source>
        <translation>已复制数值，行数：%1</translation>
    </message>
    <message>
        <source>%1 copied as Python</source>
        <translation>%1 已复制为 Python</translation>
    </message>
    <message>
        <source>Written: %1</source>
        <translation>已写入：%1</translation>
    </message>
    <message>
        <source>“%1” is not a position from 0 to %2</source>
        <translation>“%1”不是 0 到 %2 之间的位置</translation>
    </message>
    <message>
        <source>Type a site, or layer.head</source>
        <translation>请输入位点，或 层.头</translation>
    </message>
    <message>
        <source>Nothing compared yet</source>
        <translation>尚未比较</translation>
    </message>
    <message>
        <source>There is no site “%1”</source>
        <translation>没有位点“%1”</translation>
    </message>
    <message>
        <source>There is no block %1</source>
        <translation>没有第 %1 块</translation>
    </message>
    <message>
        <source>There is no head %1</source>
        <translation>没有第 %1 头</translation>
    </message>
    <message>
        <source>In a plot</source>
        <translation>在图中</translation>
    </message>
    <message>
        <source>Move the cursor</source>
        <translation>移动光标</translation>
    </message>
    <message>
        <source>Move it by ten</source>
        <translation>每次移动十格</translation>
    </message>
    <message>
        <source>First and last column</source>
        <translation>首列与末列</translation>
    </message>
    <message>
        <source>Copy its numbers</source>
        <translation>复制其数值</translation>
    </message>
    <message>
        <source>Zoom a map</source>
        <translation>缩放图</translation>
    </message>
    <message>
        <source>All of a map</source>
        <translation>显示整幅图</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>About Driftscope</source>
        <translation>关于 Driftscope</translation>
    </message>
    <message>
        <source>The same model, run twice: where the runs part, and why.</source>
        <translation>同一个模型，运行两次：两次在何处分开，为什么。</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later; there is no warranty. Built on LibTorch (BSD), Qt (LGPL), QCustomPlot (GPL), SentencePiece (Apache 2.0), PCRE2 (BSD) and nlohmann-json (MIT).</source>
        <translation>自由软件，GNU 通用公共许可证第 3 版或更新；不提供任何担保。基于 LibTorch (BSD)、Qt (LGPL)、QCustomPlot (GPL)、SentencePiece (Apache 2.0)、PCRE2 (BSD) 和 nlohmann-json (MIT)。</translation>
    </message>
    <message>
        <source>Picture as &amp;PNG…</source>
        <translation>图片存为 &amp;PNG…</translation>
    </message>
    <message>
        <source>Picture as &amp;SVG…</source>
        <translation>图片存为 &amp;SVG…</translation>
    </message>
    <message>
        <source>Picture as P&amp;DF…</source>
        <translation>图片存为 P&amp;DF…</translation>
    </message>
    <message>
        <source>Numbers as &amp;CSV…</source>
        <translation>数值存为 &amp;CSV…</translation>
    </message>
    <message>
        <source>Numbers as NP&amp;Z…</source>
        <translation>数值存为 NP&amp;Z…</translation>
    </message>
    <message>
        <source>Copy p&amp;icture</source>
        <translation>复制图片(&amp;I)</translation>
    </message>
    <message>
        <source>Copy &amp;numbers</source>
        <translation>复制数值(&amp;N)</translation>
    </message>
    <message>
        <source>Copy as P&amp;ython</source>
        <translation>复制为 P&amp;ython</translation>
    </message>
    <message>
        <source>%1 B</source>
        <translation>%1 B</translation>
    </message>
    <message>
        <source>%1 s</source>
        <translation>%1 秒</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 分</translation>
    </message>
    <message>
        <source>%1 h</source>
        <translation>%1 小时</translation>
    </message>
    <message>
        <source>position %1 · id %2</source>
        <translation>位置 %1 · id %2</translation>
    </message>
    <message>
        <source> · special</source>
        <translation> · 特殊</translation>
    </message>
    <message>
        <source> · generated by A</source>
        <translation> · 由 A 生成</translation>
    </message>
    <message>
        <source>bytes %1</source>
        <translation>字节 %1</translation>
    </message>
    <message>
        <source>No site was compared</source>
        <translation>没有比较任何位点</translation>
    </message>
    <message>
        <source>This model has no experts</source>
        <translation>此模型没有专家</translation>
    </message>
    <message>
        <source>No new tokens were asked for</source>
        <translation>没有要求生成新词元</translation>
    </message>
    <message>
        <source>× noise band</source>
        <translation>× 噪声带</translation>
    </message>
    <message>
        <source>max ulp</source>
        <translation>最大 ulp</translation>
    </message>
    <message>
        <source>relative L2</source>
        <translation>相对 L2</translation>
    </message>
    <message>
        <source>not available: neither run makes this value</source>
        <translation>没有：两次运行都不产生此值</translation>
    </message>
    <message>
        <source>not available: B never makes this value</source>
        <translation>没有：B 从不产生此值</translation>
    </message>
    <message>
        <source>not available: A never makes this value</source>
        <translation>没有：A 从不产生此值</translation>
    </message>
    <message>
        <source>the option overrules the file</source>
        <translation>选项优先于文件</translation>
    </message>
    <message>
        <source>scalar</source>
        <translation>标量</translation>
    </message>
    <message>
        <source> · present and unused</source>
        <translation> · 存在但未使用</translation>
    </message>
    <message>
        <source>another shape</source>
        <translation>形状不同</translation>
    </message>
    <message>
        <source>another dtype</source>
        <translation>类型不同</translation>
    </message>
    <message>
        <source>other bytes</source>
        <translation>字节不同</translation>
    </message>
    <message>
        <source>only in A</source>
        <translation>仅在 A 中</translation>
    </message>
    <message>
        <source>only in B</source>
        <translation>仅在 B 中</translation>
    </message>
    <message>
        <source>%1, position %2</source>
        <translation>%1，位置 %2</translation>
    </message>
    <message>
        <source>%1 has the known bug %2 on purpose: %3</source>
        <translation>%1 故意带有已知缺陷 %2：%3</translation>
    </message>
    <message>
        <source>A and B differ in %1</source>
        <translation>A 与 B 的不同之处：%1</translation>
    </message>
    <message>
        <source>A and B compute two different functions.</source>
        <translation>A 与 B 计算的是两个不同的函数。</translation>
    </message>
    <message>
        <source>First seen at %1.</source>
        <translation>最先见于 %1。</translation>
    </message>
    <message>
        <source>The same function on these tokens; what differs is rounding.</source>
        <translation>在这些词元上是同一个函数；不同的只是舍入。</translation>
    </message>
    <message>
        <source>It leaves its noise band at %1.</source>
        <translation>它在 %1 处越出噪声带。</translation>
    </message>
    <message>
        <source>First outside the band: %1.</source>
        <translation>首个越出噪声带：%1。</translation>
    </message>
    <message>
        <source>Identical</source>
        <translation>逐位相同</translation>
    </message>
    <message>
        <source>Rounding</source>
        <translation>舍入</translation>
    </message>
    <message>
        <source>Different functions</source>
        <translation>函数不同</translation>
    </message>
    <message>
        <source>Unclear</source>
        <translation>不明</translation>
    </message>
    <message>
        <source>Not finite</source>
        <translation>非有限</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Not judged</source>
        <translation>未判定</translation>
    </message>
    <message>
        <source>A and B are equal, bit for bit, at every site and position.</source>
        <translation>A 与 B 在每个位点和位置都逐位相等。</translation>
    </message>
    <message>
        <source>More than rounding explains, less than another function shows.</source>
        <translation>多于舍入所能解释，少于另一函数所应显示。</translation>
    </message>
    <message>
        <source>Values that are not finite, first at %1.</source>
        <translation>出现非有限的值，最先在 %1。</translation>
    </message>
    <message>
        <source>Some values are not finite.</source>
        <translation>有些值不是有限的。</translation>
    </message>
    <message>
        <source>One of the runs cannot be computed.</source>
        <translation>其中一次运行无法计算。</translation>
    </message>
    <message>
        <source>Cancelled: what was computed until then is shown.</source>
        <translation>已取消：显示的是此前算出的部分。</translation>
    </message>
    <message>
        <source>Both runs are there; the float64 runs are being judged.</source>
        <translation>两次运行已完成；正在判定 float64 运行。</translation>
    </message>
    <message>
        <source>Compared without float64 runs: no verdict.</source>
        <translation>比较时没有 float64 运行：没有判定。</translation>
    </message>
    <message>
        <source>The texts are the same, token by token.</source>
        <translation>两段文本逐词元相同。</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>末尾</translation>
    </message>
    <message>
        <source>The same tokens are read as two texts, which part at character %1: %2 in A, %3 in B.</source>
        <translation>同样的词元被读成两段文本，在第 %1 个字符处分开：A 中为%2，B 中为%3。</translation>
    </message>
    <message>
        <source>The texts part at the first new token.</source>
        <translation>文本在第一个新词元处分开。</translation>
    </message>
    <message>
        <source>The texts part after 1 equal token.</source>
        <translation>文本在 1 个相同词元之后分开。</translation>
    </message>
    <message>
        <source>The texts part after %1 equal tokens.</source>
        <translation>文本在 %1 个相同词元之后分开。</translation>
    </message>
    <message>
        <source>%1 of what you see is this; rounding is the rest.</source>
        <translation>所见差异的 %1 源于此；其余是舍入。</translation>
    </message>
    <message>
        <source>float64 distance %1 (rounding alone: %2).</source>
        <translation>float64 距离 %1（仅舍入：%2）。</translation>
    </message>
    <message>
        <source>A−B %1 (rounding alone: up to %2).</source>
        <translation>A−B %1（仅舍入：至多 %2）。</translation>
    </message>
    <message>
        <source>Routing in block 0 agrees.</source>
        <translation>第 0 块的路由一致。</translation>
    </message>
    <message>
        <source>The noise band is still being measured.</source>
        <translation>噪声带仍在测量。</translation>
    </message>
    <message>
        <source>Routing agrees.</source>
        <translation>路由一致。</translation>
    </message>
    <message>
        <source>Not exercised: %1</source>
        <translation>未触及：%1</translation>
    </message>
    <message>
        <source>δ64 %1 · floor %2 · |A−A64| %3 · |B−B64| %4</source>
        <translation>δ64 %1 · 下限 %2 · |A−A64| %3 · |B−B64| %4</translation>
    </message>
    <message>
        <source>Looks like: %1</source>
        <translation>看起来像：%1</translation>
    </message>
    <message>
        <source>To confirm: %1</source>
        <translation>如何确认：%1</translation>
    </message>
    <message>
        <source>%1 defects</source>
        <translation>%1 个缺陷</translation>
    </message>
    <message>
        <source>%1 more are of other families than %2</source>
        <translation>另有 %1 个属于 %2 以外的族</translation>
    </message>
    <message>
        <source>option</source>
        <translation>选项</translation>
    </message>
    <message>
        <source> (not finite)</source>
        <translation> （非有限）</translation>
    </message>
    <message>
        <source>only A makes it</source>
        <translation>只有 A 产生</translation>
    </message>
    <message>
        <source>only B makes it</source>
        <translation>只有 B 产生</translation>
    </message>
    <message>
        <source>no run makes it</source>
        <translation>没有运行产生</translation>
    </message>
    <message>
        <source>… %1 calls</source>
        <translation>… %1 次调用</translation>
    </message>
    <message>
        <source>family</source>
        <translation>族</translation>
    </message>
    <message>
        <source>computed in</source>
        <translation>计算类型</translation>
    </message>
    <message>
        <source>calls (start+length)</source>
        <translation>调用（起点+长度）</translation>
    </message>
    <message>
        <source>time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>%1 tokens/s</source>
        <translation>%1 词元/秒</translation>
    </message>
    <message>
        <source>memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>No setting differs: the same run twice.</source>
        <translation>没有设置不同：同一运行做了两次。</translation>
    </message>
    <message>
        <source>%1 options that agree</source>
        <translation>%1 个选项一致</translation>
    </message>
    <message>
        <source>What differs</source>
        <translation>不同之处</translation>
    </message>
    <message>
        <source>site, in forward order</source>
        <translation>位点，按前向次序</translation>
    </message>
    <message>
        <source>noise band</source>
        <translation>噪声带</translation>
    </message>
    <message>
        <source>float64 distance</source>
        <translation>float64 距离</translation>
    </message>
    <message>
        <source>max |A−B|</source>
        <translation>最大 |A−B|</translation>
    </message>
    <message>
        <source>p99 ulp</source>
        <translation>p99 ulp</translation>
    </message>
    <message>
        <source>bit-equal</source>
        <translation>逐位相等</translation>
    </message>
    <message>
        <source>1 − cosine</source>
        <translation>1 − 余弦</translation>
    </message>
    <message>
        <source>Every site</source>
        <translation>全部位点</translation>
    </message>
    <message>
        <source>Filter sites</source>
        <translation>筛选位点</translation>
    </message>
    <message>
        <source>Worst position of each site. ◆ outside the noise band. A click on a column sorts by it.</source>
        <translation>每个位点的最差位置。◆ 越出噪声带。点击列标题按该列排序。</translation>
    </message>
    <message>
        <source>Both runs</source>
        <translation>两次运行</translation>
    </message>
    <message>
        <source>logits of A, looked at</source>
        <translation>A 的 logits，带观察</translation>
    </message>
    <message>
        <source>logits of A, alone</source>
        <translation>A 的 logits，单独</translation>
    </message>
    <message>
        <source>logits of B, looked at</source>
        <translation>B 的 logits，带观察</translation>
    </message>
    <message>
        <source>logits of B, alone</source>
        <translation>B 的 logits，单独</translation>
    </message>
    <message>
        <source>Repeat it</source>
        <translation>重做一遍</translation>
    </message>
    <message>
        <source>Copy the command</source>
        <translation>复制命令</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Provenance</source>
        <translation>出处</translation>
    </message>
    <message>
        <source>position %1, id %2, KL(A‖B) %3 nats</source>
        <translation>位置 %1，id %2，KL(A‖B) %3 nat</translation>
    </message>
    <message>
        <source>; the best next tokens differ</source>
        <translation>；最佳的下一词元不同</translation>
    </message>
    <message>
        <source>%1 tokens, stopped by %2</source>
        <translation>%1 个词元，因 %2 停止</translation>
    </message>
    <message>
        <source>as it is read:</source>
        <translation>读作：</translation>
    </message>
    <message>
        <source>Height: KL(A‖B) at the position, logarithmic, up to %1 nats. Red bar: logits outside the noise band. Red frame: the best next tokens differ. Dashed: written by A.</source>
        <translation>高度：该位置的 KL(A‖B)，对数，至 %1 nat。红柱：logits 越出噪声带。红框：最佳的下一词元不同。虚线：由 A 写出。</translation>
    </message>
    <message>
        <source>The first %1 of %2 are shown; positions.csv has all.</source>
        <translation>显示 %2 个中的前 %1 个；positions.csv 中是全部。</translation>
    </message>
    <message>
        <source>Compared text</source>
        <translation>比较的文本</translation>
    </message>
    <message>
        <source>There A preferred its token by %1 in the logits, %2 of %3.</source>
        <translation>在那里 A 偏向自己的词元，logits 相差 %1，即 %3 的 %2。</translation>
    </message>
    <message>
        <source>Generated text, each run on its own</source>
        <translation>生成的文本，每次运行各写各的</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>positions whose experts differ</source>
        <translation>专家不同的位置</translation>
    </message>
    <message>
        <source>flips</source>
        <translation>翻转</translation>
    </message>
    <message>
        <source>explained by rounding</source>
        <translation>可由舍入解释</translation>
    </message>
    <message>
        <source>smallest margin</source>
        <translation>最小间隔</translation>
    </message>
    <message>
        <source>load of A, % by expert</source>
        <translation>A 的负载，各专家 %</translation>
    </message>
    <message>
        <source>load of B, % by expert</source>
        <translation>B 的负载，各专家 %</translation>
    </message>
    <message>
        <source>%1 experts, %2 chosen. %3 of the positions have another expert in at least one block; %4 flips are not explained by rounding.</source>
        <translation>%1 个专家，选 %2 个。%3 的位置至少在一块中选了别的专家；%4 次翻转无法由舍入解释。</translation>
    </message>
    <message>
        <source>Routing</source>
        <translation>路由</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>changed the run</source>
        <translation>改变了运行</translation>
    </message>
    <message>
        <source>no setting differs</source>
        <translation>没有设置不同</translation>
    </message>
    <message>
        <source>Cancelled: what was compared until then.</source>
        <translation>已取消：此前比较过的部分。</translation>
    </message>
    <message>
        <source>first outside the noise band</source>
        <translation>首个越出噪声带</translation>
    </message>
    <message>
        <source>position %1, error %2, band %3</source>
        <translation>位置 %1，误差 %2，噪声带 %3</translation>
    </message>
    <message>
        <source>nowhere</source>
        <translation>无处</translation>
    </message>
    <message>
        <source>avoidable loss from</source>
        <translation>可避免的损失始于</translation>
    </message>
    <message>
        <source>floor %1</source>
        <translation>下限 %1</translation>
    </message>
    <message>
        <source>distance seen</source>
        <translation>所见距离</translation>
    </message>
    <message>
        <source>band %1</source>
        <translation>噪声带 %1</translation>
    </message>
    <message>
        <source>A, B to float64</source>
        <translation>A、B 到 float64</translation>
    </message>
    <message>
        <source>largest KL(A‖B)</source>
        <translation>最大 KL(A‖B)</translation>
    </message>
    <message>
        <source>nats</source>
        <translation>nat</translation>
    </message>
    <message>
        <source>same best token</source>
        <translation>最佳词元相同</translation>
    </message>
    <message>
        <source>of the positions: %1</source>
        <translation>占位置的：%1</translation>
    </message>
    <message>
        <source>tokens with another expert</source>
        <translation>选了别的专家的词元</translation>
    </message>
    <message>
        <source>%1 not explained by rounding</source>
        <translation>%1 次无法由舍入解释</translation>
    </message>
    <message>
        <source>equal new tokens before the split</source>
        <translation>分开前相同的新词元</translation>
    </message>
    <message>
        <source>of %1</source>
        <translation>共 %1 个</translation>
    </message>
    <message>
        <source>effect of observing</source>
        <translation>观察的影响</translation>
    </message>
    <message>
        <source>Not exercised by these tokens</source>
        <translation>这些词元未触及的</translation>
    </message>
    <message>
        <source>To confirm:</source>
        <translation>如何确认：</translation>
    </message>
    <message>
        <source>No rule fits what was measured.</source>
        <translation>没有规则符合所测。</translation>
    </message>
    <message>
        <source>Along the text,</source>
        <translation>沿文本：</translation>
    </message>
    <message>
        <source>What it looks like</source>
        <translation>看起来像什么</translation>
    </message>
    <message>
        <source>component</source>
        <translation>部件</translation>
    </message>
    <message>
        <source>Error of each component</source>
        <translation>各部件的误差</translation>
    </message>
    <message>
        <source>Isolated: B's arithmetic on A's input. Propagated: A's arithmetic on B's input. Injected: at the logits, with B's arithmetic in this component alone. Worst position of each.</source>
        <translation>孤立：以 B 的算术处理 A 的输入。传播：以 A 的算术处理 B 的输入。注入：仅此部件用 B 的算术时在 logits 处的误差。各取最差位置。</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Attention and cache</source>
        <translation>注意力与缓存</translation>
    </message>
    <message>
        <source>Positions</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Kernels</source>
        <translation>内核</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Defects</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>opening</source>
        <translation>正在打开</translation>
    </message>
    <message>
        <source>writing with A</source>
        <translation>A 正在写</translation>
    </message>
    <message>
        <source>writing with B</source>
        <translation>B 正在写</translation>
    </message>
    <message>
        <source>drawing texts</source>
        <translation>正在抽取文本</translation>
    </message>
    <message>
        <source>comparing</source>
        <translation>正在比较</translation>
    </message>
    <message>
        <source>judging in float64</source>
        <translation>正在用 float64 判定</translation>
    </message>
    <message>
        <source>proving the observer</source>
        <translation>正在证明观察者无影响</translation>
    </message>
    <message>
        <source>measuring the noise band</source>
        <translation>正在测量噪声带</translation>
    </message>
    <message>
        <source>working</source>
        <translation>正在工作</translation>
    </message>
    <message>
        <source>Attention</source>
        <translation>注意力</translation>
    </message>
    <message>
        <source>All heads, and one head in A, B and their difference</source>
        <translation>全部的头，以及一个头在 A、B 中的图和它们的差</translation>
    </message>
    <message>
        <source>Experts chosen for each token, flips, margins and load</source>
        <translation>每个词元所选的专家、翻转、间隔与负载</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>概览</translation>
    </message>
    <message>
        <source>Error at every site and position, in units of the noise band</source>
        <translation>每个位点和位置的误差，以噪声带为单位</translation>
    </message>
    <message>
        <source>Generation</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Both texts token by token, with margins and candidates</source>
        <translation>两段文本逐词元对照，附间隔与候选</translation>
    </message>
    <message>
        <source>Logits</source>
        <translation>Logits</translation>
    </message>
    <message>
        <source>KL, loss and rank of the next token at every position</source>
        <translation>每个位置的 KL、损失与下一词元的名次</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Config and tensors of A and B, and where each value is from</source>
        <translation>配置与张量，A 和 B，以及每个值来自何处</translation>
    </message>
    <message>
        <source>Numbers</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>All values of a site, their ulp distances, and B over A</source>
        <translation>一个位点的全部值、其 ulp 距离，以及 B 对 A</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>缓存</translation>
    </message>
    <message>
        <source>Keys and values that are kept, calls, and what the mask lets through</source>
        <translation>保存的键与值、各次调用，以及掩码放行什么</translation>
    </message>
    <message>
        <source>Cases</source>
        <translation>案例</translation>
    </message>
    <message>
        <source>Five known cases, step by step, and recent sessions</source>
        <translation>五个已知案例的逐步演示，以及最近的会话</translation>
    </message>
    <message>
        <source>Sweep</source>
        <translation>扫描</translation>
    </message>
    <message>
        <source>A grid of comparisons along one or two axes</source>
        <translation>沿一或两个轴的比较网格</translation>
    </message>
    <message>
        <source>verdict %1 → %2</source>
        <translation>判定 %1 → %2</translation>
    </message>
    <message>
        <source>loss A</source>
        <translation>损失 A</translation>
    </message>
    <message>
        <source>loss B</source>
        <translation>损失 B</translation>
    </message>
    <message>
        <source>largest KL</source>
        <translation>最大 KL</translation>
    </message>
    <message>
        <source>The numbers are not those that the session was saved with: %1</source>
        <translation>数值与保存会话时不同：%1</translation>
    </message>
    <message>
        <source>single values inside the blocks moved</source>
        <translation>块内的个别数值有变化</translation>
    </message>
    <message>
        <source>Other files, another version of the program or another machine can do that. Saving the session keeps the numbers of now.</source>
        <translation>文件不同、程序版本不同或机器不同都可能如此。保存会话即保留现在的数值。</translation>
    </message>
    <message>
        <source>Second window · Driftscope</source>
        <translation>第二窗口 · Driftscope</translation>
    </message>
    <message>
        <source>Picture of %1</source>
        <translation>%1 的图片</translation>
        <source>rope</source>
        <translation>rope</translation>
    </message>
    <message>
        <source>rotary frequencies of A and B and how far their angles part</source>
        <translation>A 与 B 的旋转频率，以及两者角度相差多少</translation>
    </message>
    <message>
        <source>Rotary embedding: %1</source>
        <translation>旋转位置编码：%1</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>blended</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>scaled</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>base %1</source>
        <translation>基数 %1</translation>
    </message>
    <message>
        <source>context %1</source>
        <translation>上下文 %1</translation>
    </message>
    <message>
        <source> (%1 before)</source>
        <translation>（原为 %1）</translation>
    </message>
    <message>
        <source>scores × %1</source>
        <translation>分数 × %1</translation>
    </message>
    <message>
        <source>inverse frequency of each pair of dimensions, radians per position, by the formulas in double: solid kept, dashed blended, points scaled; thin: the same base without scaling</source>
        <translation>每对维度的逆频率，单位弧度每位置，按公式以双精度计算：实线为保留，虚线为混合，点为缩放；细线：同一基数、不缩放</translation>
    </message>
    <message>
        <source>how far apart A and B turn the same pair at a position, radians around the circle: the largest and the median over the pairs</source>
        <translation>A 与 B 在某位置把同一对维度转开多少，按圆周弧度：各对中的最大值与中位数</translation>
    </message>
    <message>
        <source>the rotary embedding is not known: this model has none, or its config cannot be read</source>
        <translation>旋转位置编码未知：此模型没有，或其配置无法读取</translation>
    </message>
    <message>
        <source>unscaled</source>
        <translation>未缩放</translation>
    </message>
    <message>
        <source>A = B</source>
        <translation>A = B</translation>
    </message>
    <message>
        <source>inverse frequency by pair, log</source>
        <translation>各对的逆频率，对数</translation>
    </message>
    <message>
        <source>angle A − B: none at any position</source>
        <translation>角度 A − B：任何位置都为零</translation>
    </message>
    <message>
        <source>angle A − B by position, rad, log</source>
        <translation>各位置的角度 A − B，弧度，对数</translation>
    </message>
    <message>
        <source>largest</source>
        <translation>最大</translation>
    </message>
    <message>
        <source>median</source>
        <translation>中位数</translation>
    </message>
    <message>
        <source>rotary frequencies</source>
        <translation>旋转频率</translation>
    </message>
    <message>
        <source>QK</source>
        <translation>QK</translation>
    </message>
    <message>
        <source>bias</source>
        <translation>偏置</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>掩码</translation>
    </message>
    <message>
        <source>attention scores and their terms, layer %1 head %2</source>
        <translation>注意力分数及其各项，第 %1 层第 %2 头</translation>
    </message>
    <message>
        <source>positions</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>distance, loss and ranks at every position</source>
        <translation>每个位置的距离、损失和排名</translation>
    </message>
    <message>
        <source>logit lens: what the stream after each block would say at the selected position, by each run's own final norm and unembedding</source>
        <translation>logit lens：在所选位置，每个块之后的残差流经各运行自己的最终归一化和反嵌入会给出什么</translation>
    </message>
    <message>
        <source>recomputed</source>
        <translation>重新计算</translation>
    </message>
    <message>
        <source>Both runs are made again, bit for bit, and read after every block; the last layer is the run's own.</source>
        <translation>两次运行逐位重做，并在每个块之后读出；最后一层就是运行本身的结果。</translation>
    </message>
    <message>
        <source>%1: reading its values …</source>
        <translation>%1：正在读取数值…</translation>
    </message>
    <message>
        <source>%1 is read by nothing here</source>
        <translation>%1 在这里没有被任何部分读取</translation>
    </message>
    <message>
        <source>probability of the last word</source>
        <translation>最终词的概率</translation>
    </message>
    <message>
        <source>The last word is the likeliest token of the run itself. The logit lens: final norm and unembedding of each run, applied to the stream after each block (resid_post). The last layer is the run itself.</source>
        <translation>最终词是运行本身最可能的词元。logit lens：把各运行自己的最终归一化和反嵌入用于每个块之后的残差流（resid_post）。最后一层就是运行本身。</translation>
    </message>
    <message>
        <source>KL(A‖B) of the lens, nats, log</source>
        <translation>lens 的 KL(A‖B)，nat，对数</translation>
    </message>
    <message>
        <source>Likeliest token by layer</source>
        <translation>各层最可能的词元</translation>
    </message>
    <message>
        <source>run B could not be computed</source>
        <translation>运行 B 无法计算</translation>
    </message>
    <message>
        <source>the same likeliest token at every layer</source>
        <translation>每一层最可能的词元都相同</translation>
    </message>
    <message>
        <source>likeliest tokens part at layer %1 and meet again</source>
        <translation>最可能的词元在第 %1 层分开，之后又一致</translation>
    </message>
    <message>
        <source>likeliest tokens part at layer %1, for good</source>
        <translation>最可能的词元在第 %1 层分开，之后不再一致</translation>
    </message>
    <message>
        <source>likeliest tokens part at layer %1, for good from layer %2</source>
        <translation>最可能的词元在第 %1 层分开，从第 %2 层起不再一致</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message>
        <source>another token</source>
        <translation>词元不同</translation>
    </message>
    <message>
        <source>layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>likeliest token of A</source>
        <translation>A 最可能的词元</translation>
    </message>
    <message>
        <source>p</source>
        <translation>p</translation>
    </message>
    <message>
        <source>its probability</source>
        <translation>其概率</translation>
    </message>
    <message>
        <source>likeliest token of B</source>
        <translation>B 最可能的词元</translation>
    </message>
    <message>
        <source>KL</source>
        <translation>KL</translation>
    </message>
    <message>
        <source>KL(A‖B) of the lens, nats</source>
        <translation>lens 的 KL(A‖B)，nat</translation>
    </message>
    <message>
        <source>layer %1: likeliest A “%2” %3, B “%4” %5, KL %6 nats; the last word of A is number %7, that of B number %8</source>
        <translation>第 %1 层：最可能 A “%2” %3，B “%4” %5，KL %6 nat；A 的最终词排第 %7，B 的排第 %8</translation>
    </message>
    <message>
        <source>Logit lens, %1</source>
        <translation>logit lens，%1</translation>
    </message>
    <message>
        <source>logit lens, %1; ranks from 0</source>
        <translation>logit lens，%1；排名从 0 起</translation>
    </message>
    <message>
        <source>query · key × scale, before bias and mask: score = QK + bias (+ soft cap) + mask. Taken where the run computes it; recomputed where one product adds the bias as well, or the kernel is fused</source>
        <translation>查询 · 键 × 缩放，未加偏置和掩码：分数 = QK + 偏置（+ 软上限）+ 掩码。在运行计算它的地方取得；若一次乘积同时加上偏置，或使用融合内核，则重新计算</translation>
    </message>
    <message>
        <source>what the position adds to the score (ALiBi: slope of the head × key position); 0 where the model rotates queries and keys instead</source>
        <translation>位置给分数加上的值（ALiBi：该头的斜率 × 键的位置）；模型改为旋转查询和键时为 0</translation>
    </message>
    <message>
        <source>1: the query sees the key; 0: the mask hides it (a window, a pad, a key that the cache dropped) by adding the type's lowest number</source>
        <translation>1：查询能看到该键；0：掩码通过加上该类型的最小数把它遮住（窗口、填充、缓存已丢弃的键）</translation>
    </message>
    <message>
        <source>no score</source>
        <translation>没有分数</translation>
    </message>
    <message>
        <source>QK %1</source>
        <translation>QK %1</translation>
    </message>
    <message>
        <source>bias %1</source>
        <translation>偏置 %1</translation>
    </message>
    <message>
        <source>cap %1</source>
        <translation>上限 %1</translation>
    </message>
    <message>
        <source>mask %1</source>
        <translation>掩码 %1</translation>
    </message>
    <message>
        <source>not there</source>
        <translation>不存在</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 到 %2</translation>
    </message>
    <message>
        <source>, mean %1, deviation %2</source>
        <translation>，均值 %1，标准差 %2</translation>
    </message>
    <message>
        <source>, zeros %1</source>
        <translation>，零 %1 个</translation>
    </message>
    <message>
        <source>, not finite %1</source>
        <translation>，非有限 %1 个</translation>
    </message>
    <message>
        <source>How many elements of the weight, as stored, lie in each of 60 equal ranges; A and B share the ranges.</source>
        <translation>权重（按存储值）落在 60 个等宽区间中的元素个数；A 和 B 使用相同的区间。</translation>
    </message>
    <message>
        <source>How many elements differ by how much, A − B; the range in the middle holds 0. Equal bytes make one peak there.</source>
        <translation>有多少元素相差多少，A − B；中间的区间包含 0。字节相同则只在那里有一个峰。</translation>
    </message>
    <message>
        <source>elements by value</source>
        <translation>按数值统计的元素</translation>
    </message>
    <message>
        <source>A − B</source>
        <translation>A − B</translation>
    </message>
    <message>
        <source>elements by A − B, log</source>
        <translation>按 A − B 统计的元素，对数</translation>
    </message>
    <message>
        <source>A and B read the same file</source>
        <translation>A 和 B 读取同一个文件</translation>
    </message>
    <message>
        <source>only B has this weight</source>
        <translation>只有 B 有这个权重</translation>
    </message>
    <message>
        <source>only A has this weight</source>
        <translation>只有 A 有这个权重</translation>
    </message>
    <message>
        <source>the shapes differ: no element belongs to another</source>
        <translation>形状不同：元素之间没有对应关系</translation>
    </message>
    <message>
        <source>equal elements %1</source>
        <translation>相等元素 %1</translation>
    </message>
    <message>
        <source>max |A−B| %1 · %2</source>
        <translation>最大 |A−B| %1 · %2</translation>
    </message>
    <message>
        <source>max |A−B| %1 at %2 · %3 (%4 of %5) · mean |A−B| %6 · mean A−B %7</source>
        <translation>最大 |A−B| %1，位于 %2 · %3（%5 个中的 %4 个）· 平均 |A−B| %6 · 平均 A−B %7</translation>
    </message>
    <message>
        <source>%1 %2 %3</source>
        <translation>%1 %2 %3</translation>
    </message>
    <message>
        <source>The cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>✓ Confirmed here: every step is as expected.</source>
        <translation>✓ 已在此证实：每一步都符合预期。</translation>
    </message>
    <message>
        <source>◆ Not confirmed here: steps that are not as expected: %1</source>
        <translation>◆ 未在此证实：不符合预期的步骤：%1</translation>
    </message>
    <message>
        <source>○ Not confirmed yet: steps that have not run: %1</source>
        <translation>○ 尚未证实：还没有运行的步骤：%1</translation>
    </message>
    <message>
        <source>What proves it</source>
        <translation>证据</translation>
    </message>
    <message>
        <source>not measured yet</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>What was measured</source>
        <translation>测得的结果</translation>
    </message>
    <message>
        <source>Show this step's comparison</source>
        <translation>显示这一步的比较</translation>
    </message>
    <message>
        <source>=  Conclusion</source>
        <translation>=  结论</translation>
    </message>
    <message>
        <source>%1 has %2 known bugs on purpose: %3</source>
        <translation>%1 故意带有 %2 个已知缺陷：%3</translation>
    </message>
    <message>
        <source>%1 has the known bug %2</source>
        <translation>%1 带有已知缺陷 %2</translation>
    </message>
    <message>
        <source>They differ in %1 as well</source>
        <translation>两者在 %1 上也不同</translation>
    </message>
    <message>
        <source>Of the distance: %1.</source>
        <translation>距离中：%1。</translation>
    </message>
    <message>
        <source>Most of it comes in by the %1, %2.</source>
        <translation>其中最多来自%1，占 %2。</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>嵌入</translation>
    </message>
    <message>
        <source>final norm and head</source>
        <translation>最终归一化和输出头</translation>
    </message>
    <message>
        <source>attention of block %1</source>
        <translation>第 %1 块的注意力</translation>
    </message>
    <message>
        <source>expert mix of block %1</source>
        <translation>第 %1 块的专家混合</translation>
    </message>
    <message>
        <source>MLP of block %1</source>
        <translation>第 %1 块的 MLP</translation>
    </message>
    <message>
        <source>First seen in the %1 at %2.</source>
        <translation>首次出现在%1，%2。</translation>
    </message>
    <message>
        <source>B's config: %1</source>
        <translation>B 的配置：%1</translation>
    </message>
    <message>
        <source>two models</source>
        <translation>两个模型</translation>
    </message>
    <message>
        <source>%1 tokens + %2 new</source>
        <translation>%1 个词元 + %2 个新词元</translation>
    </message>
    <message>
        <source>%1 tokens</source>
        <translation>%1 个词元</translation>
    </message>
    <message>
        <source>Show the next notice</source>
        <translation>显示下一条提示</translation>
    </message>
    <message>
        <source>%1 of %2 ›</source>
        <translation>%1 / %2 ›</translation>
    </message>
    <message>
        <source>%1 in %2</source>
        <translation>%2 中的 %1</translation>
    </message>
    <message>
        <source>◆ %1 known bugs are on, on purpose: %2</source>
        <translation>◆ 故意开启了 %1 个已知缺陷：%2</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>Both runs are being computed: the first pictures come within seconds, the verdict after the float64 runs.</source>
        <translation>正在计算两次运行：几秒内出现第一批图，float64 运行之后给出判断。</translation>
    </message>
    <message>
        <source>What is done just now, and how long it may take, stands below.</source>
        <translation>正在做什么、还需多久，见下方。</translation>
    </message>
    <message>
        <source>Go to the step where the texts part; F8 goes there as well</source>
        <translation>转到两段文本分开的那一步；F8 也会到那里</translation>
    </message>
    <message>
        <source>other choice at step %1</source>
        <translation>第 %1 步选择不同</translation>
    </message>
    <message>
        <source>No site leaves its noise band; the texts part at step %1</source>
        <translation>没有位点超出其噪声带；文本在第 %1 步分开</translation>
    </message>
    <message>
        <source>Questions people asked…</source>
        <translation>人们提出的问题……</translation>
    </message>
    <message>
        <source>Questions people asked</source>
        <translation>人们提出的问题</translation>
    </message>
    <message>
        <source>The known cases: each question is one click, answered step by step</source>
        <translation>已知案例：每个问题一次点击，逐步得到回答</translation>
    </message>
    <message>
        <source>Rows: %1.</source>
        <translation>行：%1。</translation>
    </message>
    <message>
        <source>Columns: %1.</source>
        <translation>列：%1。</translation>
    </message>
    <message>
        <source>absent</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>config.json: the keys that differ</source>
        <translation>config.json：不同的键</translation>
    </message>
    <message>
        <source>shade: what the expert adds at this position, its weight times the norm of its output, relative to the norm of mlp_out, which is what all chosen experts add together; above 100 % where they cancel each other</source>
        <translation>深浅：该专家在此位置加上的量，即其权重乘以其输出的范数，相对于 mlp_out（所有选中专家之和）的范数；若它们相互抵消，则超过 100 %</translation>
    </message>
    <message>
        <source> · shade: relative to mlp_out</source>
        <translation> · 深浅：相对于 mlp_out</translation>
    </message>
    <message>
        <source>other best</source>
        <translation>最佳不同</translation>
    </message>
    <message>
        <source>◆ where the likeliest token of B is another one than A's</source>
        <translation>◆ B 最可能的词元与 A 的不同之处</translation>
    </message>
    <message>
        <source>   ✓ all shown within the band, ≤ %1 ×</source>
        <translation>   ✓ 所示全部在噪声带内，≤ %1 ×</translation>
    </message>
    <message>
        <source>Run B could not be computed: there is nothing to compare</source>
        <translation>运行 B 无法计算：没有可比较的内容</translation>
    </message>
    <message>
        <source>Mixtral case</source>
        <translation>Mixtral 案例</translation>
    </message>
    <message>
        <source>Another kernel</source>
        <translation>另一个内核</translation>
    </message>
    <message>
        <source>The same weights in two precisions: the texts part, and it is rounding.</source>
        <translation>同样的权重，两种精度：文本分开了，而这是舍入。</translation>
    </message>
    <message>
        <source>Expert outputs added to the wrong tokens, a real bug of TransformerLens 1.16 to 2.1.</source>
        <translation>专家的输出被加到错误的词元上，TransformerLens 1.16 至 2.1 的真实缺陷。</translation>
    </message>
    <message>
        <source>Products summed in slices, as a GPU does it: another rounding of the same function.</source>
        <translation>像 GPU 那样分片求和的乘积：同一函数的另一种舍入。</translation>
    </message>
    <message>
        <source>median of %1</source>
        <translation>%1 个的中位数</translation>
    </message>
    <message>
        <source>layer %1: distance 0, bit for bit</source>
        <translation>层 %1：距离 0，逐位保留</translation>
    </message>
    <message>
        <source>margin of each step: 0, two best are equal</source>
        <translation>每步的差距：0，最好的两个相等</translation>
    </message>
    <message>
        <source>%1 · L%2 H%3</source>
        <translation>%1 · L%2 H%3</translation>
    </message>
    <message>
        <source>plan: nats left against steps as in A</source>
        <translation>方案：剩余 nat 对如 A 的步数</translation>
    </message>
    <message>
        <source>= Bit-identical although %1 differs: one token alone has no angle, no mask and no cache. A longer prompt shows more.</source>
        <translation>= 虽然 %1 不同，却逐位相同：单独一个词元没有角度、没有掩码也没有缓存。更长的提示能显出更多。</translation>
    </message>
    <message>
        <source>less</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>1 id given ·</source>
        <translation>给定 1 个 id ·</translation>
    </message>
    <message>
        <source>stored %1</source>
        <translation>存储为 %1</translation>
    </message>
</context>
</TS>
