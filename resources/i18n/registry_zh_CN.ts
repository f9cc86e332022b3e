<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>actions</name>
    <message>
        <source>File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>Open &amp;model…</source>
        <translation>打开模型(&amp;M)…</translation>
    </message>
    <message>
        <source>Choose the folder of model A</source>
        <translation>选择模型 A 的文件夹</translation>
    </message>
    <message>
        <source>Open &amp;session…</source>
        <translation>打开会话(&amp;S)…</translation>
    </message>
    <message>
        <source>Open a .drift file</source>
        <translation>打开 .drift 文件</translation>
    </message>
    <message>
        <source>&amp;Save session</source>
        <translation>保存会话(&amp;S)</translation>
    </message>
    <message>
        <source>Write the session to its file</source>
        <translation>把会话写入其文件</translation>
    </message>
    <message>
        <source>Save session &amp;as…</source>
        <translation>会话另存为(&amp;A)…</translation>
    </message>
    <message>
        <source>Write the session to another file</source>
        <translation>把会话写入另一个文件</translation>
    </message>
    <message>
        <source>&amp;Export view…</source>
        <translation>导出视图(&amp;E)…</translation>
    </message>
    <message>
        <source>Write the view in use as PNG, SVG, PDF or CSV</source>
        <translation>把当前视图写成 PNG、SVG、PDF 或 CSV</translation>
    </message>
    <message>
        <source>Export a&amp;ll…</source>
        <translation>全部导出(&amp;L)…</translation>
    </message>
    <message>
        <source>Write report, pictures and tables of this comparison into a folder</source>
        <translation>把此次比较的报告、图片与表格写入一个文件夹</translation>
    </message>
    <message>
        <source>&amp;Copy as command</source>
        <translation>复制为命令(&amp;C)</translation>
    </message>
    <message>
        <source>The command line that computes what is on screen</source>
        <translation>算出屏幕上内容的命令行</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>Back to the setup and view before</source>
        <translation>回到之前的设置与视图</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>What was undone, again</source>
        <translation>再做一遍被撤销的</translation>
    </message>
    <message>
        <source>Copy view as &amp;picture</source>
        <translation>视图复制为图片(&amp;P)</translation>
    </message>
    <message>
        <source>The view in use, as a picture, to the clipboard</source>
        <translation>把当前视图作为图片放到剪贴板</translation>
    </message>
    <message>
        <source>Copy view as &amp;numbers</source>
        <translation>视图复制为数值(&amp;N)</translation>
    </message>
    <message>
        <source>The numbers of the view in use, as a table, to the clipboard</source>
        <translation>把当前视图的数值作为表格放到剪贴板</translation>
    </message>
    <message>
        <source>Copy view as P&amp;ython</source>
        <translation>视图复制为 P&amp;ython</translation>
    </message>
    <message>
        <source>The numbers of the view in use, as numpy arrays, to the clipboard</source>
        <translation>把当前视图的数值作为 numpy 数组放到剪贴板</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Run again</source>
        <translation>再运行(&amp;R)</translation>
    </message>
    <message>
        <source>Compute this comparison anew</source>
        <translation>重新计算此次比较</translation>
    </message>
    <message>
        <source>Take &amp;apart</source>
        <translation>拆解(&amp;A)</translation>
    </message>
    <message>
        <source>Run again and say which option and which step makes how much of the distance</source>
        <translation>再运行，并说明哪个选项、哪一步各占多少距离</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>Stop within one block or token</source>
        <translation>在一块或一个词元之内停下</translation>
    </message>
    <message>
        <source>&amp;Swap A and B</source>
        <translation>交换 A 与 B(&amp;S)</translation>
    </message>
    <message>
        <source>Exchange models and options of the two runs</source>
        <translation>交换两次运行的模型与选项</translation>
    </message>
    <message>
        <source>Make B &amp;like A</source>
        <translation>使 B 与 A 相同(&amp;L)</translation>
    </message>
    <message>
        <source>Give B the model and the options of A</source>
        <translation>把 A 的模型与选项给 B</translation>
    </message>
    <message>
        <source>&amp;Pin as baseline</source>
        <translation>钉为基线(&amp;P)</translation>
    </message>
    <message>
        <source>Keep this run at the top of the list, to go back to</source>
        <translation>把此次运行留在列表顶部，以便返回</translation>
    </message>
    <message>
        <source>Flip to the &amp;baseline</source>
        <translation>切换到基线(&amp;B)</translation>
    </message>
    <message>
        <source>Show the pinned run, and again the one before</source>
        <translation>显示钉住的运行，再按则回到之前的</translation>
    </message>
    <message>
        <source>Go</source>
        <translation>转到(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Next divergence</source>
        <translation>下一处分歧(&amp;N)</translation>
    </message>
    <message>
        <source>The next site whose error leaves the noise band</source>
        <translation>误差越出噪声带的下一个位点</translation>
    </message>
    <message>
        <source>&amp;Previous divergence</source>
        <translation>上一处分歧(&amp;P)</translation>
    </message>
    <message>
        <source>The site before whose error leaves the noise band</source>
        <translation>误差越出噪声带的上一个位点</translation>
    </message>
    <message>
        <source>&amp;First divergence</source>
        <translation>首次分歧(&amp;F)</translation>
    </message>
    <message>
        <source>Where the two runs part first</source>
        <translation>两次运行最先分开之处</translation>
    </message>
    <message>
        <source>&amp;Go to site…</source>
        <translation>转到位点(&amp;G)…</translation>
    </message>
    <message>
        <source>A site by name, with position</source>
        <translation>按名字和位置找位点</translation>
    </message>
    <message>
        <source>Find &amp;anything…</source>
        <translation>查找任何功能(&amp;A)…</translation>
    </message>
    <message>
        <source>Every action by name</source>
        <translation>按名字找任何操作</translation>
    </message>
    <message>
        <source>Next &amp;token</source>
        <translation>下一个词元(&amp;T)</translation>
    </message>
    <message>
        <source>Move the position by one</source>
        <translation>位置移动一格</translation>
    </message>
    <message>
        <source>Previous t&amp;oken</source>
        <translation>上一个词元(&amp;O)</translation>
    </message>
    <message>
        <source>Move the position back by one</source>
        <translation>位置后退一格</translation>
    </message>
    <message>
        <source>Next &amp;block</source>
        <translation>下一块(&amp;B)</translation>
    </message>
    <message>
        <source>Move the layer by one</source>
        <translation>层移动一格</translation>
    </message>
    <message>
        <source>Previous bloc&amp;k</source>
        <translation>上一块(&amp;K)</translation>
    </message>
    <message>
        <source>Move the layer back by one</source>
        <translation>层后退一格</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Flip A, B, difference</source>
        <translation>切换 A、B、差(&amp;F)</translation>
    </message>
    <message>
        <source>Show A, B, their difference or all three</source>
        <translation>显示 A、B、它们的差，或全部三者</translation>
    </message>
    <message>
        <source>Try another &amp;summation order</source>
        <translation>试另一种求和次序(&amp;S)</translation>
    </message>
    <message>
        <source>Give B the sums of another kernel: matmul.order=split-k</source>
        <translation>给 B 另一个内核的求和：matmul.order=split-k</translation>
    </message>
    <message>
        <source>Turn &amp;defects off</source>
        <translation>关闭缺陷(&amp;D)</translation>
    </message>
    <message>
        <source>Run both without known bugs</source>
        <translation>两次运行都不带已知缺陷</translation>
    </message>
    <message>
        <source>View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Float view</source>
        <translation>浮动视图(&amp;F)</translation>
    </message>
    <message>
        <source>The view in use as a window of its own, or back in its place</source>
        <translation>把当前视图变为独立窗口，或放回原处</translation>
    </message>
    <message>
        <source>&amp;Reset layout</source>
        <translation>重置布局(&amp;R)</translation>
    </message>
    <message>
        <source>All views at their first places</source>
        <translation>所有视图回到最初的位置</translation>
    </message>
    <message>
        <source>Theme: as the s&amp;ystem</source>
        <translation>主题：随系统(&amp;Y)</translation>
    </message>
    <message>
        <source>Follow the system's colour scheme</source>
        <translation>跟随系统的配色</translation>
    </message>
    <message>
        <source>Theme: &amp;light</source>
        <translation>主题：浅色(&amp;L)</translation>
    </message>
    <message>
        <source>Dark text on light ground</source>
        <translation>浅底深字</translation>
    </message>
    <message>
        <source>Theme: &amp;dark</source>
        <translation>主题：深色(&amp;D)</translation>
    </message>
    <message>
        <source>Light text on dark ground</source>
        <translation>深底浅字</translation>
    </message>
    <message>
        <source>Language: as the syste&amp;m</source>
        <translation>语言：随系统(&amp;M)</translation>
    </message>
    <message>
        <source>Follow the system's language</source>
        <translation>跟随系统的语言</translation>
    </message>
    <message>
        <source>Language: &amp;English</source>
        <translation>语言：English(&amp;E)</translation>
    </message>
    <message>
        <source>Words in English</source>
        <translation>界面用英语</translation>
    </message>
    <message>
        <source>Language: 简体中文(&amp;Z)</source>
        <translation>语言：简体中文(&amp;Z)</translation>
    </message>
    <message>
        <source>Words in Simplified Chinese</source>
        <translation>界面用简体中文</translation>
    </message>
    <message>
        <source>Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Keys</source>
        <translation>按键(&amp;K)</translation>
    </message>
    <message>
        <source>All keys on one sheet</source>
        <translation>一页列出全部按键</translation>
    </message>
    <message>
        <source>&amp;About Driftscope</source>
        <translation>关于 Driftscope(&amp;A)</translation>
    </message>
    <message>
        <source>Version, libraries, licences</source>
        <translation>版本、库、许可证</translation>
    </message>
    <message>
        <source>Move to the second &amp;window</source>
        <translation>移到第二窗口(&amp;W)</translation>
    </message>
    <message>
        <source>The view in use to a window for another monitor, or back from there</source>
        <translation>把当前视图移到另一台显示器的窗口，或移回来</translation>
    </message>
</context>
<context>
    <name>options</name>
    <message>
        <source>dtype</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>Weights and activations are held and computed in this type.</source>
        <translation>权重与激活以此类型保存和计算。</translation>
    </message>
    <message>
        <source>float64 is the judge's own type. bfloat16 and float16 are 6 to 7 times slower than float32 on a CPU with LibTorch's products.</source>
        <translation>float64 是判定者自用的类型。在 CPU 上用 LibTorch 的乘积时，bfloat16 和 float16 比 float32 慢 6 到 7 倍。</translation>
    </message>
    <message>
        <source>router product</source>
        <translation>路由乘积</translation>
    </message>
    <message>
        <source>x and W_gate are cast to this type before the router product. Contract: the model's dtype.</source>
        <translation>在路由乘积之前，x 与 W_gate 转成此类型。contract：模型的类型。</translation>
    </message>
    <message>
        <source>Near-ties between experts flip here first. float32 costs next to nothing.</source>
        <translation>专家之间的近似平局最先在这里翻转。float32 几乎没有代价。</translation>
    </message>
    <message>
        <source>router softmax</source>
        <translation>路由 softmax</translation>
    </message>
    <message>
        <source>Contract: softmax over all experts in float32, then top-k, then divided by their sum. Follow: softmax in the model's dtype. After-topk: top-k of the logits, then softmax.</source>
        <translation>contract：先对全部专家做 float32 的 softmax，再取前 k 个，再除以它们之和。follow：softmax 用模型的类型。after-topk：先取 logits 的前 k 个，再做 softmax。</translation>
    </message>
    <message>
        <source>All three are the same function; only rounding and near-ties differ.</source>
        <translation>三者是同一个函数；只有舍入与近似平局不同。</translation>
    </message>
    <message>
        <source>expert weights</source>
        <translation>专家权重</translation>
    </message>
    <message>
        <source>Type of the mixing weights. Contract (Hugging Face 4.x): the model's dtype. float32 (Hugging Face 5): kept until after the product.</source>
        <translation>混合权重的类型。contract（Hugging Face 4.x）：模型的类型。float32（Hugging Face 5）：一直保持到乘积之后。</translation>
    </message>
    <message>
        <source>Matters in bfloat16 and float16 only.</source>
        <translation>只在 bfloat16 和 float16 时有作用。</translation>
    </message>
    <message>
        <source>norm</source>
        <translation>归一化</translation>
    </message>
    <message>
        <source>Type of the norm's statistics and product. Contract: float32, then cast, then times the weight in the model's dtype.</source>
        <translation>归一化的统计量与乘积的类型。contract：float32，转换后再以模型的类型乘权重。</translation>
    </message>
    <message>
        <source>Follow shows what a norm in the model's dtype loses.</source>
        <translation>follow 显示用模型的类型做归一化会损失什么。</translation>
    </message>
    <message>
        <source>softmax</source>
        <translation>softmax</translation>
    </message>
    <message>
        <source>Type of the attention softmax. Contract: float32, then cast.</source>
        <translation>注意力 softmax 的类型。contract：float32，再转换。</translation>
    </message>
    <message>
        <source>Needs attention=eager; the fused kernel has its own.</source>
        <translation>需要 attention=eager；融合内核有自己的做法。</translation>
    </message>
    <message>
        <source>rope</source>
        <translation>rope</translation>
    </message>
    <message>
        <source>Type of inverse frequencies, angles, cosines and sines. Contract: float32, then cast to the model's dtype.</source>
        <translation>反频率、角度、余弦与正弦的类型。contract：float32，再转成模型的类型。</translation>
    </message>
    <message>
        <source>Follow in bfloat16 is a known bug of converters: the error grows with position.</source>
        <translation>bfloat16 下的 follow 是转换器的已知缺陷：误差随位置增长。</translation>
    </message>
    <message>
        <source>logits</source>
        <translation>logits</translation>
    </message>
    <message>
        <source>Type of the unembedding product. Contract: the model's dtype.</source>
        <translation>输出投影乘积的类型。contract：模型的类型。</translation>
    </message>
    <message>
        <source>float32 breaks the exact ties that bfloat16 logits are full of.</source>
        <translation>float32 会打破 bfloat16 logits 中大量的精确平局。</translation>
    </message>
    <message>
        <source>raised steps</source>
        <translation>提高精度的步骤</translation>
    </message>
    <message>
        <source>Steps computed in a type of their own, joined by +: embed, blocks.L.attn, blocks.L.mlp, unembed.</source>
        <translation>以自己的类型计算的步骤，用 + 连接：embed、blocks.L.attn、blocks.L.mlp、unembed。</translation>
    </message>
    <message>
        <source>What the precision plan of an attribution names: the few steps of a half-type run that need float32.</source>
        <translation>归因的精度方案所列出的：半精度运行中需要 float32 的少数步骤。</translation>
    </message>
    <message>
        <source>their dtype</source>
        <translation>这些步骤的类型</translation>
    </message>
    <message>
        <source>The type of the raised steps: their weights, activations and cache.</source>
        <translation>提高精度的步骤所用的类型：其权重、激活值和缓存。</translation>
    </message>
    <message>
        <source>Acts only where steps are raised. The stream is rounded where it enters a step of fewer digits.</source>
        <translation>只在有提高精度的步骤时起作用。数据流进入位数较少的步骤时会被舍入。</translation>
    </message>
    <message>
        <source>QKV</source>
        <translation>QKV</translation>
    </message>
    <message>
        <source>Fused: one product for Q, K and V. Separate: three. Split-gemm: one per head. Split-einsum: one batched product over heads, bias added after.</source>
        <translation>fused：Q、K、V 合为一次乘积。separate：三次。split-gemm：每个头一次。split-einsum：对各头做一次成批乘积，之后加偏置。</translation>
    </message>
    <message>
        <source>Often bit-identical on a CPU; matmul.order shows what another kernel would do.</source>
        <translation>在 CPU 上往往逐位相同；matmul.order 显示别的内核会怎样。</translation>
    </message>
    <message>
        <source>norm before QKV</source>
        <translation>QKV 前的归一化</translation>
    </message>
    <message>
        <source>Shared: the norm is computed once and all heads read it. Per-head: the input is copied for each head and each copy goes through the norm, as TransformerLens does with use_split_qkv_input.</source>
        <translation>shared：归一化只算一次，所有头都读它。per-head：输入为每个头复制一份，各自归一化，如 TransformerLens 的 use_split_qkv_input。</translation>
    </message>
    <message>
        <source>Always bit-identical, since a norm works row by row: shown because it has been suspected. Needs qkv=split-gemm or split-einsum.</source>
        <translation>总是逐位相同，因为归一化逐行进行：有人怀疑过，故列出。需要 qkv=split-gemm 或 split-einsum。</translation>
    </message>
    <message>
        <source>KV cache</source>
        <translation>KV 缓存</translation>
    </message>
    <message>
        <source>Off: every new token runs the whole prefix again.</source>
        <translation>off：每个新词元都重跑整个前缀。</translation>
    </message>
    <message>
        <source>Off is slow for long texts. Positions, masks and chunk sizes are what it tests.</source>
        <translation>长文本时 off 很慢。它检验的是位置、掩码与分段大小。</translation>
    </message>
    <message>
        <source>cache dtype</source>
        <translation>缓存类型</translation>
    </message>
    <message>
        <source>Keys and values are held in the cache in this type.</source>
        <translation>键与值以此类型保存在缓存中。</translation>
    </message>
    <message>
        <source>Needs kv_cache=on. Half types round every key and value once.</source>
        <translation>需要 kv_cache=on。半精度类型使每个键和值舍入一次。</translation>
    </message>
    <message>
        <source>prefill chunk</source>
        <translation>预填分段</translation>
    </message>
    <message>
        <source>Prompt tokens per call.</source>
        <translation>每次调用的提示词词元数。</translation>
    </message>
    <message>
        <source>Needs kv_cache=on. Small chunks are slow.</source>
        <translation>需要 kv_cache=on。分段小则慢。</translation>
    </message>
    <message>
        <source>kernel</source>
        <translation>内核</translation>
    </message>
    <message>
        <source>Eager: scores, mask, softmax and mix as separate products. Sdpa: LibTorch's fused kernel; it never makes the pattern.</source>
        <translation>eager：分数、掩码、softmax 与混合各为单独的乘积。sdpa：LibTorch 的融合内核；它从不产生注意力图。</translation>
    </message>
    <message>
        <source>Under sdpa the pattern shown is recomputed, and says so.</source>
        <translation>在 sdpa 下显示的图是重算的，并如此注明。</translation>
    </message>
    <message>
        <source>score scale</source>
        <translation>分数缩放</translation>
    </message>
    <message>
        <source>Scores are multiplied by d_head^-0.5 or divided by its square root. Contract: as Hugging Face does for this family.</source>
        <translation>分数乘以 d_head^-0.5，或除以其平方根。contract：按 Hugging Face 对该族的做法。</translation>
    </message>
    <message>
        <source>The same for d_head 64 and 256; one more rounding apart for 80 and 128.</source>
        <translation>d_head 为 64 和 256 时相同；80 和 128 时多差一次舍入。</translation>
    </message>
    <message>
        <source>window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>How many keys a query may see, itself included. Config: what the file says.</source>
        <translation>一个查询能看到多少个键，包括自己。config：按文件所说。</translation>
    </message>
    <message>
        <source>Nothing changes until the text is longer than the window.</source>
        <translation>文本长过窗口之前没有任何变化。</translation>
    </message>
    <message>
        <source>weight layout</source>
        <translation>权重布局</translation>
    </message>
    <message>
        <source>Llama: InternLM2's packed wqkv is seen as Llama's three matrices and computed as Llama does, without writing a file. Bit for bit the model that `driftscope convert` writes.</source>
        <translation>llama：把 InternLM2 打包的 wqkv 看作 Llama 的三个矩阵并按 Llama 计算，不写文件。与 `driftscope convert` 写出的模型逐位相同。</translation>
    </message>
    <message>
        <source>The bytes are the same; one product becomes three, and scores are multiplied instead of divided.</source>
        <translation>字节相同；一次乘积变为三次，分数由除改为乘。</translation>
    </message>
    <message>
        <source>rope base</source>
        <translation>rope 底数</translation>
    </message>
    <message>
        <source>Base of the rotary frequencies.</source>
        <translation>旋转频率的底数。</translation>
    </message>
    <message>
        <source>A wrong base is fluent at first and drifts with position.</source>
        <translation>错误的底数起初通顺，随位置漂移。</translation>
    </message>
    <message>
        <source>rope scaling</source>
        <translation>rope 缩放</translation>
    </message>
    <message>
        <source>Off: inverse frequencies as if the config named no scaling.</source>
        <translation>off：反频率如同配置没有指定缩放。</translation>
    </message>
    <message>
        <source>Llama 3.1 opened as Llama 3: looks right until the context grows.</source>
        <translation>把 Llama 3.1 当作 Llama 3 打开：上下文变长之前看起来没问题。</translation>
    </message>
    <message>
        <source>context</source>
        <translation>上下文</translation>
    </message>
    <message>
        <source>Positions the model is said to have, in place of the config's: dynamic and long rope scaling begin past it, yarn and llama3 take it where the file names no original context, and learned positions end there.</source>
        <translation>代替配置的位置数：dynamic 与 longrope 缩放在超过它时开始，yarn 与 llama3 在文件未写原始上下文时采用它，学习的位置到此为止。</translation>
    </message>
    <message>
        <source>Elsewhere nothing reads it. A capped n_ctx is inert on short texts.</source>
        <translation>别处不读它。短文本上截短的 n_ctx 没有作用。</translation>
    </message>
    <message>
        <source>batch</source>
        <translation>批次</translation>
    </message>
    <message>
        <source>N: the text is computed in one batch with N rows of other words; only its own row is compared.</source>
        <translation>N：文本与 N 行其他词在同一批中计算；只比较它自己的那行。</translation>
    </message>
    <message>
        <source>Tests batch invariance: products of other shapes may sum in another order. N rows cost N times more.</source>
        <translation>检验批次不变性：形状不同的乘积可能以另一次序求和。N 行多费 N 倍。</translation>
    </message>
    <message>
        <source>padding</source>
        <translation>填充</translation>
    </message>
    <message>
        <source>Left:N puts N pad tokens before the text, right:N after the prompt, as a batch of unequal texts does: their keys are masked and positions count the text's own tokens only.</source>
        <translation>left:N 在文本前放 N 个填充词元，right:N 放在提示词后，如长度不等的一批文本：它们的键被遮蔽，位置只数文本自己的词元。</translation>
    </message>
    <message>
        <source>The same function; sums over masked keys may be cut elsewhere. Right padding counts against a sliding window, as in Hugging Face.</source>
        <translation>同一个函数；对被遮蔽键的求和可能在别处切分。右填充占用滑动窗口，如 Hugging Face。</translation>
    </message>
    <message>
        <source>products</source>
        <translation>乘积</translation>
    </message>
    <message>
        <source>Whose matrix products run. Library: LibTorch's calls as Hugging Face's eager code makes them.</source>
        <translation>用谁的矩阵乘积。library：照 Hugging Face 的 eager 代码那样调用 LibTorch。</translation>
    </message>
    <message>
        <source>summation order</source>
        <translation>求和次序</translation>
    </message>
    <message>
        <source>Order in which products are summed: as another kernel would. Split-k:N sums N slices apart and adds them; blocks:N sums runs of N.</source>
        <translation>乘积求和的次序：如另一个内核那样。split-k:N 把 N 段分别求和再相加；blocks:N 以 N 个为一串求和。</translation>
    </message>
    <message>
        <source>Makes a GPU's rounding visible here. Sequential and pairwise are slow.</source>
        <translation>使 GPU 的舍入在此可见。sequential 和 pairwise 很慢。</translation>
    </message>
    <message>
        <source>accumulate</source>
        <translation>累加</translation>
    </message>
    <message>
        <source>Type the sums of matmul.order are kept in. Native: float32 for half types, else the dtype itself.</source>
        <translation>matmul.order 的和所用的类型。native：半精度类型用 float32，否则用该类型本身。</translation>
    </message>
    <message>
        <source>Acts only where matmul.order is not library.</source>
        <translation>只在 matmul.order 不是 library 时起作用。</translation>
    </message>
    <message>
        <source>threads</source>
        <translation>线程</translation>
    </message>
    <message>
        <source>Threads of LibTorch and the BLAS during this run. Auto: all, but one for a model of small matrices, where threads wait for each other longer than they work.</source>
        <translation>此次运行中 LibTorch 与 BLAS 的线程数。auto：使用全部线程；矩阵很小的模型只用一个，因为此时线程相互等待的时间比计算更长。</translation>
    </message>
    <message>
        <source>Often bit-identical; products of large matrices may be cut elsewhere.</source>
        <translation>往往逐位相同；大矩阵的乘积可能在别处切分。</translation>
    </message>
    <message>
        <source>experts</source>
        <translation>专家</translation>
    </message>
    <message>
        <source>Replay: this run takes the experts that the other run chose, block by block and position by position; their weights come from its own router, renormalised over them.</source>
        <translation>replay：此次运行逐块逐位置采用另一次运行所选的专家；权重来自自己的路由，在这些专家上重新归一。</translation>
    </message>
    <message>
        <source>Shows what is left when no routing flips. One of the two runs at most; text that a run writes freely is made with its own experts.</source>
        <translation>显示没有路由翻转时还剩什么。两次运行至多一次；自由写的文本用自己的专家。</translation>
    </message>
    <message>
        <source>weight processing</source>
        <translation>权重处理</translation>
    </message>
    <message>
        <source>Transformerlens: its default processing, computed in float32: norms folded into what reads them, weights that write to a LayerNorm's stream and the unembedding centred, value biases folded.</source>
        <translation>transformerlens：其默认处理，以 float32 计算：归一化折入读它的权重，写入 LayerNorm 残差流的权重和输出投影中心化，值偏置折入。</translation>
    </message>
    <message>
        <source>The same function: all logits of a position lose one constant. In half types the noise grows.</source>
        <translation>同一个函数：一个位置的全部 logits 减去一个常数。半精度下噪声增大。</translation>
    </message>
    <message>
        <source>conventions</source>
        <translation>约定</translation>
    </message>
    <message>
        <source>Whose roundings: transformers 4.57 eager, or HookedTransformer 3.x: norms that divide, scores divided by the root, rotary tables by division, keys cached before the rotation, three products for Q, K and V. Transformerlens-2: 2.x, which keeps scores and LayerNorm in float32 up to one cast.</source>
        <translation>用谁的舍入：transformers 4.57 eager，或 HookedTransformer 3.x：归一化用除法，分数除以平方根，旋转表用除法，键在旋转前缓存，Q、K、V 为三次乘积。transformerlens-2：2.x，分数与 LayerNorm 保持 float32，只转换一次。</translation>
    </message>
    <message>
        <source>The same function; what a port through TransformerLens rounds otherwise. Needs attention=eager.</source>
        <translation>同一个函数；经 TransformerLens 移植时舍入的不同之处。需要 attention=eager。</translation>
    </message>
    <message>
        <source>decoding</source>
        <translation>解码</translation>
    </message>
    <message>
        <source>Greedy takes the largest logit, the lowest id on ties. Sample draws with Gumbel noise that A and B share by position and token id.</source>
        <translation>greedy 取最大的 logit，平局时取最小的 id。sample 用 Gumbel 噪声抽取，A 与 B 按位置和词元 id 共用噪声。</translation>
    </message>
    <message>
        <source>With shared noise a draw parts only where the distributions do.</source>
        <translation>噪声共用时，只有分布分开，抽取才分开。</translation>
    </message>
    <message>
        <source>temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Logits are divided by it before the draw.</source>
        <translation>抽取之前 logits 除以它。</translation>
    </message>
    <message>
        <source>Acts with sample=sample.</source>
        <translation>在 sample=sample 时起作用。</translation>
    </message>
    <message>
        <source>top-k</source>
        <translation>top-k</translation>
    </message>
    <message>
        <source>Only the k largest logits may be drawn.</source>
        <translation>只能抽取最大的 k 个 logits。</translation>
    </message>
    <message>
        <source>top-p</source>
        <translation>top-p</translation>
    </message>
    <message>
        <source>Only the smallest set of tokens whose probabilities reach p may be drawn.</source>
        <translation>只能抽取概率之和达到 p 的最小词元集。</translation>
    </message>
    <message>
        <source>seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>Start of the noise.</source>
        <translation>噪声的起点。</translation>
    </message>
    <message>
        <source>Acts with sample=sample and with draws.</source>
        <translation>在 sample=sample 和 draws 时起作用。</translation>
    </message>
    <message>
        <source>draws</source>
        <translation>抽样次数</translation>
    </message>
    <message>
        <source>N: besides the one text of each run, N pairs of texts are drawn with noise that A and B share; how many part, and where, stands with the verdict.</source>
        <translation>N：除每次运行的一段文本外，再用 A 和 B 共享的噪声抽取 N 对文本；有多少对分岔、在何处分岔，与结论一起给出。</translation>
    </message>
    <message>
        <source>One greedy text that parts is one case; this is its base rate. Costs N times the two texts; the larger number of A and B counts.</source>
        <translation>一段贪心文本的分岔只是一例；这里给出其基准率。耗时为两段文本的 N 倍；取 A 和 B 中较大的次数。</translation>
    </message>
    <message>
        <source>defects</source>
        <translation>缺陷</translation>
    </message>
    <message>
        <source>Deliberate, labelled reproductions of known bugs.</source>
        <translation>对已知缺陷的有意、有标签的重现。</translation>
    </message>
    <message>
        <source>For learning and for testing the judge. A banner says so while one is on.</source>
        <translation>用于学习和检验判定者。打开时有横幅说明。</translation>
    </message>
</context>
<context>
    <name>defects</name>
    <message>
        <source>For each expert in ascending order only the last routed pair of the call counts; its weight times the expert's output is added at every position of the call.</source>
        <translation>按专家升序，每个专家只有此次调用中最后一个被路由的配对算数；其权重乘以专家输出，加到此次调用的每个位置上。</translation>
    </message>
    <message>
        <source>The top-k probabilities are used as they are; they sum to less than 1.</source>
        <translation>前 k 个概率照原样使用；它们之和小于 1。</translation>
    </message>
    <message>
        <source>Softmax over the chosen logits only; the same function, rounded otherwise.</source>
        <translation>只对所选的 logits 做 softmax；同一个函数，舍入不同。</translation>
    </message>
    <message>
        <source>Routing weights multiply in float32 and the product is cast, as transformers 5 does.</source>
        <translation>路由权重以 float32 相乘，乘积再转换，如 transformers 5。</translation>
    </message>
    <message>
        <source>rope_theta of the config is ignored.</source>
        <translation>忽略配置中的 rope_theta。</translation>
    </message>
    <message>
        <source>rope_scaling of the config is read as if it were null.</source>
        <translation>配置中的 rope_scaling 被当作 null。</translation>
    </message>
    <message>
        <source>The original context of llama3 and yarn scaling is a quarter of what the config says, as a capped n_ctx of 2048 is of 8192.</source>
        <translation>llama3 与 yarn 缩放的原始上下文取配置所说的四分之一，正如 8192 被截为 n_ctx 2048。</translation>
    </message>
    <message>
        <source>Neighbouring dimensions are rotated together, as Meta's original files want it.</source>
        <translation>相邻的维度一起旋转，如 Meta 的原始文件那样。</translation>
    </message>
    <message>
        <source>rope_scaling of type dynamic is ignored.</source>
        <translation>忽略类型为 dynamic 的 rope_scaling。</translation>
    </message>
    <message>
        <source>Keys keep the rotation of the call that made them: what upstream does with a cache. Against kv_cache=off, which rotates all of them by the current base.</source>
        <translation>键保持产生它们的那次调用的旋转：上游使用缓存时即如此。与 kv_cache=off 相对，后者用当前底数旋转全部。</translation>
    </message>
    <message>
        <source>n_ctx is 2048 whatever the config says.</source>
        <translation>无论配置怎么说，n_ctx 都是 2048。</translation>
    </message>
    <message>
        <source>Phi-3's short and long factors and their attention factor are left out.</source>
        <translation>略去 Phi-3 的长短因子及其注意力因子。</translation>
    </message>
    <message>
        <source>A call that reads a cache counts its positions from 0.</source>
        <translation>读缓存的调用从 0 开始数位置。</translation>
    </message>
    <message>
        <source>q = n_heads · (x W_Q) + b_Q: the einsum that projects split inputs sums their copies.</source>
        <translation>q = n_heads · (x W_Q) + b_Q：投影分开输入的 einsum 把各份拷贝相加了。</translation>
    </message>
    <message>
        <source>Inputs are copied n_heads times for weights that have n_kv_heads heads.</source>
        <translation>对只有 n_kv_heads 个头的权重，输入被复制了 n_heads 份。</translation>
    </message>
    <message>
        <source>InternLM2's packed rows are cut as if all queries came first.</source>
        <translation>切分 InternLM2 的打包行时，当作全部查询在最前。</translation>
    </message>
    <message>
        <source>InternLM2's packed rows are cut in thirds per head, as GPT-NeoX packs them: the same rows where every head has its own key and value.</source>
        <translation>切分 InternLM2 的打包行时按每头三等分，如 GPT-NeoX 的打包：若每个头都有自己的键和值，则是相同的行。</translation>
    </message>
    <message>
        <source>The row of each group that holds the key is read as the value and the other way round.</source>
        <translation>每组中存键的行被读作值，反之亦然。</translation>
    </message>
    <message>
        <source>attn.c_proj is square and stored [in, out]; read as [out, in] it loads without a word.</source>
        <translation>attn.c_proj 是方阵，按 [in, out] 存储；读作 [out, in] 也会无声地载入。</translation>
    </message>
    <message>
        <source>The file has no lm_head and the loader does not take the embedding for it.</source>
        <translation>文件没有 lm_head，载入器也不用嵌入代替它。</translation>
    </message>
    <message>
        <source>Rows 0 to q−1 of the relative matrix are added; a decoded token takes row 0, all zeros.</source>
        <translation>加的是相对矩阵的第 0 到 q−1 行；解码的词元取第 0 行，全为零。</translation>
    </message>
    <message>
        <source>The bias spans the call's own keys; earlier keys get none.</source>
        <translation>偏置只覆盖此次调用自己的键；更早的键得不到。</translation>
    </message>
    <message>
        <source>Slope k of n is 2^(−8k/n) for every n.</source>
        <translation>对任何 n，n 个斜率中的第 k 个都是 2^(−8k/n)。</translation>
    </message>
    <message>
        <source>Last rows of a matrix that is 512 longer: a constant for each row, which softmax does not see and half types do.</source>
        <translation>取自长出 512 的矩阵的最后几行：每行多一个常数，softmax 看不见，半精度看得见。</translation>
    </message>
    <message>
        <source>The cache starts with a key and a value of zeros that no mask hides.</source>
        <translation>缓存以一个全零的键和值开头，且没有掩码遮住它。</translation>
    </message>
    <message>
        <source>A call sees the keys it made itself and none of the cache.</source>
        <translation>一次调用只看到自己产生的键，看不到缓存。</translation>
    </message>
    <message>
        <source>The first new key and value of a call also land on the last cached ones.</source>
        <translation>一次调用的第一个新键和新值也落在缓存的最后一个上。</translation>
    </message>
    <message>
        <source>A query sees W + 1 keys, its own included.</source>
        <translation>一个查询看到 W + 1 个键，包括自己。</translation>
    </message>
    <message>
        <source>Every key is seen although a window is set.</source>
        <translation>虽然设了窗口，每个键都能看到。</translation>
    </message>
    <message>
        <source>The beginning token is left out where the text has one and put before it where it has none.</source>
        <translation>文本有起始词元则去掉，没有则加上。</translation>
    </message>
    <message>
        <source>A text that begins with the beginning token gets another one.</source>
        <translation>以起始词元开头的文本再加一个。</translation>
    </message>
    <message>
        <source>The config's attn_implementation is dropped, and the fused kernel runs.</source>
        <translation>丢掉配置的 attn_implementation，于是运行融合内核。</translation>
    </message>
    <message>
        <source>The text shares its products with seven other rows.</source>
        <translation>文本与另外七行共用乘积。</translation>
    </message>
    <message>
        <source>Norms folded, writing weights and unembedding centred, value biases folded: legitimate, the logits of a position lose a constant.</source>
        <translation>归一化折入，写入权重与输出投影中心化，值偏置折入：这是合理的，一个位置的 logits 减去一个常数。</translation>
    </message>
    <message>
        <source>attention=sdpa leaves out the cap on the scores, as the fused kernel ignores the argument.</source>
        <translation>attention=sdpa 略去分数上限，因为融合内核忽略该参数。</translation>
    </message>
    <message>
        <source>The stored weight multiplies as it is.</source>
        <translation>存储的权重照原样相乘。</translation>
    </message>
    <message>
        <source>The factor √d_model is left out.</source>
        <translation>略去因子 √d_model。</translation>
    </message>
    <message>
        <source>Cosines and sines stay float32, so that queries, keys and scores do.</source>
        <translation>余弦与正弦保持 float32，于是查询、键与分数也是。</translation>
    </message>
    <message>
        <source>MoE combine indexes batch only (single-thread outcome)</source>
        <translation>MoE 合并只按批次索引（单线程的结果）</translation>
    </message>
    <message>
        <source>chosen experts' weights not renormalised</source>
        <translation>所选专家的权重未重新归一</translation>
    </message>
    <message>
        <source>router: top-k of the logits, then softmax</source>
        <translation>路由：先取 logits 的前 k 个，再 softmax</translation>
    </message>
    <message>
        <source>mixing weights kept in float32</source>
        <translation>混合权重保持 float32</translation>
    </message>
    <message>
        <source>RoPE base left at its default, 10 000</source>
        <translation>RoPE 底数留在默认值 10 000</translation>
    </message>
    <message>
        <source>RoPE scaling ignored: 3.1 loaded as 3.0</source>
        <translation>忽略 RoPE 缩放：把 3.1 当作 3.0 载入</translation>
    </message>
    <message>
        <source>RoPE scaling with the wrong original context</source>
        <translation>RoPE 缩放用错了原始上下文</translation>
    </message>
    <message>
        <source>RoPE pairs (2i, 2i+1) on half-split weights</source>
        <translation>对半分权重用 RoPE 配对 (2i, 2i+1)</translation>
    </message>
    <message>
        <source>dynamic NTK scaling dropped</source>
        <translation>丢掉动态 NTK 缩放</translation>
    </message>
    <message>
        <source>dynamic NTK with keys cached under an older base</source>
        <translation>动态 NTK，键以较旧的底数缓存</translation>
    </message>
    <message>
        <source>context capped at 2048</source>
        <translation>上下文截为 2048</translation>
    </message>
    <message>
        <source>LongRoPE factors ignored</source>
        <translation>忽略 LongRoPE 因子</translation>
    </message>
    <message>
        <source>positions restart in each call</source>
        <translation>每次调用位置从头开始</translation>
    </message>
    <message>
        <source>queries summed over the head copies</source>
        <translation>查询在各头拷贝上相加</translation>
    </message>
    <message>
        <source>keys and values from n_heads copies</source>
        <translation>由 n_heads 份拷贝得键和值</translation>
    </message>
    <message>
        <source>wqkv read as [Q | K | V]</source>
        <translation>wqkv 读作 [Q | K | V]</translation>
    </message>
    <message>
        <source>wqkv read head by head</source>
        <translation>wqkv 逐头读取</translation>
    </message>
    <message>
        <source>wqkv with keys and values swapped</source>
        <translation>wqkv 的键和值对调</translation>
    </message>
    <message>
        <source>attention's output matrix not transposed</source>
        <translation>注意力输出矩阵未转置</translation>
    </message>
    <message>
        <source>tied head left at zero</source>
        <translation>共享的输出头留为零</translation>
    </message>
    <message>
        <source>ALiBi: first rows of the matrix in every call</source>
        <translation>ALiBi：每次调用都取矩阵的前几行</translation>
    </message>
    <message>
        <source>ALiBi built over the query length</source>
        <translation>ALiBi 按查询长度构造</translation>
    </message>
    <message>
        <source>ALiBi slopes as if heads were a power of two</source>
        <translation>ALiBi 斜率按头数为二的幂计</translation>
    </message>
    <message>
        <source>ALiBi from a matrix of a longer run</source>
        <translation>ALiBi 取自更长一次运行的矩阵</translation>
    </message>
    <message>
        <source>a zero row in the cache is attended</source>
        <translation>关注了缓存中的零行</translation>
    </message>
    <message>
        <source>mask cut to the query</source>
        <translation>掩码被截到查询</translation>
    </message>
    <message>
        <source>last cached key overwritten</source>
        <translation>缓存的最后一个键被覆盖</translation>
    </message>
    <message>
        <source>window one key too wide</source>
        <translation>窗口多一个键</translation>
    </message>
    <message>
        <source>window ignored</source>
        <translation>忽略窗口</translation>
    </message>
    <message>
        <source>beginning token the other way round</source>
        <translation>起始词元反过来</translation>
    </message>
    <message>
        <source>beginning token twice</source>
        <translation>起始词元两次</translation>
    </message>
    <message>
        <source>eager attention became sdpa</source>
        <translation>eager 注意力变成 sdpa</translation>
    </message>
    <message>
        <source>computed among other rows</source>
        <translation>与其他行一起计算</translation>
    </message>
    <message>
        <source>TransformerLens's weight processing</source>
        <translation>TransformerLens 的权重处理</translation>
    </message>
    <message>
        <source>soft cap lost in the fused kernel</source>
        <translation>融合内核中丢失软上限</translation>
    </message>
    <message>
        <source>norm weight used as w, not 1 + w</source>
        <translation>归一化权重用作 w 而不是 1 + w</translation>
    </message>
    <message>
        <source>embedding not scaled</source>
        <translation>嵌入未缩放</translation>
    </message>
    <message>
        <source>rotation and scores in float32</source>
        <translation>旋转与分数用 float32</translation>
    </message>
</context>
<context>
    <name>sites</name>
    <message>
        <source>token embedding after any scaling, with learned positions</source>
        <translation>词元嵌入，经过缩放并加上学习的位置</translation>
    </message>
    <message>
        <source>output of the embedding's norm</source>
        <translation>嵌入归一化的输出</translation>
    </message>
    <message>
        <source>residual stream entering the block</source>
        <translation>进入该块的残差流</translation>
    </message>
    <message>
        <source>root mean square the first norm divides by</source>
        <translation>第一个归一化所除以的均方根</translation>
    </message>
    <message>
        <source>output of the first norm</source>
        <translation>第一个归一化的输出</translation>
    </message>
    <message>
        <source>what the query projection reads</source>
        <translation>查询投影所读</translation>
    </message>
    <message>
        <source>what the key projection reads</source>
        <translation>键投影所读</translation>
    </message>
    <message>
        <source>what the value projection reads</source>
        <translation>值投影所读</translation>
    </message>
    <message>
        <source>query projection with bias, before rotation</source>
        <translation>查询投影，含偏置，旋转之前</translation>
    </message>
    <message>
        <source>key projection with bias, before rotation</source>
        <translation>键投影，含偏置，旋转之前</translation>
    </message>
    <message>
        <source>value projection with bias</source>
        <translation>值投影，含偏置</translation>
    </message>
    <message>
        <source>query after its norm, before rotation</source>
        <translation>归一化后的查询，旋转之前</translation>
    </message>
    <message>
        <source>key after its norm, before rotation</source>
        <translation>归一化后的键，旋转之前</translation>
    </message>
    <message>
        <source>query after rotary embedding</source>
        <translation>旋转位置编码之后的查询</translation>
    </message>
    <message>
        <source>key after rotary embedding</source>
        <translation>旋转位置编码之后的键</translation>
    </message>
    <message>
        <source>key as the cache holds it</source>
        <translation>缓存中的键</translation>
    </message>
    <message>
        <source>value as the cache holds it</source>
        <translation>缓存中的值</translation>
    </message>
    <message>
        <source>scaled and masked scores, before softmax</source>
        <translation>缩放并加掩码后的分数，softmax 之前</translation>
    </message>
    <message>
        <source>attention weights after softmax; each row sums to 1</source>
        <translation>softmax 之后的注意力权重；每行之和为 1</translation>
    </message>
    <message>
        <source>values mixed by the attention weights</source>
        <translation>按注意力权重混合的值</translation>
    </message>
    <message>
        <source>what attention adds: output projection, and the norm after it if any</source>
        <translation>注意力所加的：输出投影，以及其后的归一化（若有）</translation>
    </message>
    <message>
        <source>residual stream after attention</source>
        <translation>注意力之后的残差流</translation>
    </message>
    <message>
        <source>root mean square the second norm divides by</source>
        <translation>第二个归一化所除以的均方根</translation>
    </message>
    <message>
        <source>output of the second norm</source>
        <translation>第二个归一化的输出</translation>
    </message>
    <message>
        <source>gate branch before its activation</source>
        <translation>门支路，激活之前</translation>
    </message>
    <message>
        <source>linear branch; without a gate, what the activation reads</source>
        <translation>线性支路；没有门时是激活所读</translation>
    </message>
    <message>
        <source>what the down projection reads: activation, times the linear branch</source>
        <translation>下投影所读：激活，乘以线性支路</translation>
    </message>
    <message>
        <source>router product, before softmax</source>
        <translation>路由乘积，softmax 之前</translation>
    </message>
    <message>
        <source>final mixing weights of the chosen experts</source>
        <translation>所选专家的最终混合权重</translation>
    </message>
    <message>
        <source>chosen experts, largest weight first</source>
        <translation>所选的专家，权重最大者在前</translation>
    </message>
    <message>
        <source>output of each chosen expert, before its mixing weight</source>
        <translation>每个所选专家的输出，乘混合权重之前</translation>
    </message>
    <message>
        <source>what the MLP adds: down projection or expert mix, and the norm after it if any</source>
        <translation>MLP 所加的：下投影或专家混合，以及其后的归一化（若有）</translation>
    </message>
    <message>
        <source>residual stream leaving the block</source>
        <translation>离开该块的残差流</translation>
    </message>
    <message>
        <source>output of the last norm</source>
        <translation>最后一个归一化的输出</translation>
    </message>
    <message>
        <source>scores of the next token</source>
        <translation>下一个词元的得分</translation>
    </message>
</context>
</TS>
