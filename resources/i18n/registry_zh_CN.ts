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
    <message>
        <source>Examples</source>
        <translation>示例(&amp;X)</translation>
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
        <source>key bias</source>
        <translation>键偏置</translation>
    </message>
    <message>
        <source>N: a constant is added to the key biases of the dimensions that do not rotate, +N and -N in turn. Each query's scores move by one constant over all keys, which the softmax takes out again.</source>
        <translation>N：给不旋转的维度的键偏置加上常数，轮流 +N 和 -N。每个查询的分数对所有键移动同一个常数，softmax 又把它消去。</translation>
    </message>
    <message>
        <source>The same function, with larger or smaller scores, which half types keep fewer digits of. The negative of a constant in the file takes it out.</source>
        <translation>同一个函数，分数变大或变小；分数越大，半精度类型保留的位数越少。取文件中常数的相反数即可把它去掉。</translation>
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
        <source>text of the tokens</source>
        <translation>词元的文本</translation>
    </message>
    <message>
        <source>Whose rules make the text that is read of the tokens that were written. Files: those of the class that tokenizer_config.json names, LlamaTokenizer or InternLM2Tokenizer, else the tokens as they stand. InternLM2Tokenizer draws . , ? ! and 's to the word before and puts other spaces at special tokens.</source>
        <translation>按谁的规则把写出的词元读成文本。files：tokenizer_config.json 指名的类（LlamaTokenizer 或 InternLM2Tokenizer）的规则，否则词元原样。InternLM2Tokenizer 把 . , ? ! 和 's 靠到前一个词上，特殊词元旁的空格也不同。</translation>
    </message>
    <message>
        <source>Ids, logits and every site stay as they are: only the text differs. Needs a sentencepiece tokenizer.</source>
        <translation>id、logits 和所有位点都不变：只有文本不同。需要 sentencepiece 分词器。</translation>
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
        <source>Tokens become text by LlamaTokenizer's rules, not by InternLM2Tokenizer's: spaces before . , ? ! and 's stay, those at special tokens move.</source>
        <translation>词元按 LlamaTokenizer 而非 InternLM2Tokenizer 的规则变成文本：. , ? ! 和 's 前的空格保留，特殊词元旁的空格移位。</translation>
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
        <source>InternLM2's tokens read by LlamaTokenizer</source>
        <translation>用 LlamaTokenizer 读 InternLM2 的词元</translation>
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
<context>
    <name>cases</name>
    <message>
        <source>Mixtral writes nonsense</source>
        <translation>Mixtral 写出胡言乱语</translation>
    </message>
    <message>
        <source>Mixtral generates nonsense while Hugging Face, on the same weights, is fine: why? How often does the routing disagree? (TransformerLens #570)</source>
        <translation>同样的权重，Hugging Face 正常，而 Mixtral 在这里生成胡言乱语：为什么？路由有多常不一致？（TransformerLens #570）</translation>
    </message>
    <message>
        <source>Mixtures of experts are especially sensitive: the router must be float32, and 89 of 4096 equal outputs prove a layer wrong.</source>
        <translation>混合专家特别敏感：路由器必须用 float32；4096 个输出只有 89 个相等，证明某一层是错的。</translation>
    </message>
    <message>
        <source>Loss first: the old code as shipped</source>
        <translation>先看损失：当初发布的旧代码</translation>
    </message>
    <message>
        <source>The loss of B stands far above that of A before any picture is looked at; the first of the two bugs in forward order is the rotation.</source>
        <translation>还没看任何图，B 的损失就远高于 A；按前向顺序，两个缺陷中的第一个是旋转。</translation>
    </message>
    <message>
        <source>The scatter alone: experts of other tokens</source>
        <translation>只有分散写入：拿到其他词元的专家</translation>
    </message>
    <message>
        <source>Both choose the same experts in block 0, and its output is another: the combine step, not precision. In the original it was a data race that did not even agree with itself; this is its single-thread outcome.</source>
        <translation>在第 0 块两者选择相同的专家，而输出不同：是合并步骤，不是精度。原本那是连自身都不一致的数据竞争；这里是它的单线程结果。</translation>
    </message>
    <message>
        <source>The rope base alone: 10 000 for 1 000 000</source>
        <translation>只有 rope 底数：1 000 000 变成 10 000</translation>
    </message>
    <message>
        <source>Queries are equal before the rotation and not after; position 0 is equal and the distance grows from there. The loss may even fall: on so short a text it is no judge of a rotation.</source>
        <translation>查询在旋转之前相等，之后不等；位置 0 相等，距离从那里起增长。损失甚至可能下降：文本这么短，它判断不了旋转。</translation>
    </message>
    <message>
        <source>Why one token hid both</source>
        <translation>为什么一个词元掩盖了两者</translation>
    </message>
    <message>
        <source>With a single token at position 0 nothing is scattered and nothing rotates: both bugs are on, and neither is there.</source>
        <translation>位置 0 上只有一个词元时，没有分散写入，也没有旋转：两个缺陷都开着，却都不起作用。</translation>
    </message>
    <message>
        <source>Why '89 of 4096 equal' meant nothing</source>
        <translation>为什么“4096 个中 89 个相等”毫无意义</translation>
    </message>
    <message>
        <source>Two kernels of the same function, one token, no bug: most values of an MLP's output differ in their last bits. Counting equal values finds rounding, never a bug.</source>
        <translation>同一函数的两个内核，一个词元，没有缺陷：MLP 输出的大多数值在最后几位不同。数相等的值只能找到舍入，从来找不到缺陷。</translation>
    </message>
    <message>
        <source>What router precision really does</source>
        <translation>路由器精度究竟有什么作用</translation>
    </message>
    <message>
        <source>A float32 router in a bfloat16 model is rounding: near-ties between experts flip and the loss stays where it was.</source>
        <translation>bfloat16 模型里的 float32 路由器只是舍入：专家之间的险胜会翻转，损失不变。</translation>
    </message>
    <message>
        <source>The mixture in bfloat16</source>
        <translation>bfloat16 的混合专家</translation>
    </message>
    <message>
        <source>float32 against bfloat16 without any bug: rounding, and the loss stays.</source>
        <translation>float32 对 bfloat16，没有任何缺陷：舍入，损失不变。</translation>
    </message>
    <message>
        <source>A dense twin under the same test</source>
        <translation>同样的检验，换成稠密模型</translation>
    </message>
    <message>
        <source>A dense model of the same size in the same two types: rounding as well. Being a mixture is not what broke.</source>
        <translation>同样大小、同样两种类型的稠密模型：也是舍入。出问题的并不是“混合专家”本身。</translation>
    </message>
    <message>
        <source>Split QKV gives other numbers</source>
        <translation>拆分 QKV 得到不同的数值</translation>
    </message>
    <message>
        <source>With use_split_qkv_input the same model gives other logits, and Mistral crashes: 'subscript k has size 8 … previously seen size 32'. Is that a bug? (TransformerLens #519)</source>
        <translation>用 use_split_qkv_input，同一模型给出不同的 logits，Mistral 还会崩溃：“subscript k has size 8 … previously seen size 32”。这是缺陷吗？（TransformerLens #519）</translation>
    </message>
    <message>
        <source>The norm is computed per head, the parameters are initialised otherwise, or the head count is wrong.</source>
        <translation>归一化是按头计算的，参数初始化不同，或者头数不对。</translation>
    </message>
    <message>
        <source>One product against one per head</source>
        <translation>一次乘积对每头一次</translation>
    </message>
    <message>
        <source>The same function. With this library's kernels often every bit is equal; where not, it is rounding.</source>
        <translation>同一个函数。用本机的内核往往每一位都相等；不等之处是舍入。</translation>
    </message>
    <message>
        <source>Every layout under two orders of summation</source>
        <translation>每种布局，两种求和顺序</translation>
    </message>
    <message>
        <source>In no cell another function: the layouts differ by rounding alone, and split-k makes the rounding of another kernel visible.</source>
        <translation>没有一格是另一个函数：各布局只差舍入，split-k 让另一种内核的舍入显现出来。</translation>
    </message>
    <message>
        <source>The norm per head</source>
        <translation>按头归一化</translation>
    </message>
    <message>
        <source>Each head's copy goes through the norm by itself and comes out bit for bit the same: the first guess was wrong.</source>
        <translation>每个头的副本单独通过归一化，结果逐位相同：第一个猜测是错的。</translation>
    </message>
    <message>
        <source>Why Pythia shows it: huge key biases</source>
        <translation>为什么 Pythia 会显现：巨大的键偏置</translation>
    </message>
    <message>
        <source>A labelled constant, ±9 in b_K where the head does not rotate, is in the file of B and taken out in A. The scores move by more than they are large; the pattern does not: the softmax takes the constant out again. The same function.</source>
        <translation>B 的文件里有一个有标记的常数：b_K 中头不旋转的维度上的 ±9，A 把它去掉。得分移动的量比得分本身还大，注意力模式却不动：softmax 又消去了常数。同一个函数。</translation>
    </message>
    <message>
        <source>What the constant costs in bfloat16</source>
        <translation>这个常数在 bfloat16 中的代价</translation>
    </message>
    <message>
        <source>Both in bfloat16: the pattern with the constant is further from its float64 run than without it, because a larger score keeps fewer digits behind the point. Little of that reaches the logits.</source>
        <translation>两次都用 bfloat16：带常数时注意力模式离它的 float64 运行更远，因为得分越大，小数点后保留的位数越少。其中只有很少一部分到达 logits。</translation>
    </message>
    <message>
        <source>The crash with grouped heads</source>
        <translation>分组头时的崩溃</translation>
    </message>
    <message>
        <source>Keys from n_heads copies for weights that have n_kv_heads heads: run B cannot be computed, and the shapes say why.</source>
        <translation>从 n_heads 份副本计算键，而权重只有 n_kv_heads 个头：运行 B 无法计算，形状说明了原因。</translation>
    </message>
    <message>
        <source>The silent one: q times the number of heads</source>
        <translation>无声的那个：q 乘以头数</translation>
    </message>
    <message>
        <source>The fitted slope of q is the number of heads, 6: copies were summed. It only runs where keys have as many heads as queries.</source>
        <translation>q 的拟合斜率是头数 6：副本被相加了。只有键与查询头数相同时它才跑得起来。</translation>
    </message>
    <message>
        <source>BLOOM and the cache</source>
        <translation>BLOOM 与缓存</translation>
    </message>
    <message>
        <source>With the KV cache BLOOM writes repetitive text; without it everything is right. What is wrong with the cache? (TransformerLens #776)</source>
        <translation>用 KV 缓存时 BLOOM 写出重复的文字；不用时一切正常。缓存哪里错了？（TransformerLens #776）</translation>
    </message>
    <message>
        <source>Four guesses: the cache is initialised wrongly, the mask is cut, the last entry is overwritten, or the positions are off.</source>
        <translation>四种猜测：缓存初始化错误、掩码被截断、最后一项被覆盖，或者位置有偏移。</translation>
    </message>
    <message>
        <source>The shipped code: ALiBi's first rows</source>
        <translation>当初发布的代码：ALiBi 的前几行</translation>
    </message>
    <message>
        <source>Every bit of the prompt is equal; from the first decoded token on the scores are another function: a decoded token gets row 0, all zeros.</source>
        <translation>提示词的每一位都相等；从第一个解码词元起，得分是另一个函数：解码词元拿到的是第 0 行，全是零。</translation>
    </message>
    <message>
        <source>The same bug without the cache</source>
        <translation>没有缓存时的同一缺陷</translation>
    </message>
    <message>
        <source>Every call begins at position 0, where the first rows are the right ones: identical, and the instrument says that nothing reaches it.</source>
        <translation>每次调用都从位置 0 开始，前几行正是该用的：完全相同，仪器说明没有什么触及它。</translation>
    </message>
    <message>
        <source>Guess 1: a zero row in the cache</source>
        <translation>猜测 1：缓存中有一行零</translation>
    </message>
    <message>
        <source>Another signature: the pattern is wrong from the first call on, prompt included.</source>
        <translation>特征不同：从第一次调用起注意力图就是错的，包括提示词。</translation>
    </message>
    <message>
        <source>Guess 2: the mask is cut to the query</source>
        <translation>猜测 2：掩码被截到查询的长度</translation>
    </message>
    <message>
        <source>From the first decoded token on, and the mask itself differs: entries are hidden in one run only.</source>
        <translation>从第一个解码词元起，而且掩码本身不同：只有一个运行隐藏了那些项。</translation>
    </message>
    <message>
        <source>Guess 3: the last cached key is overwritten</source>
        <translation>猜测 3：最后缓存的键被覆盖</translation>
    </message>
    <message>
        <source>From the first decoded token on, with an equal mask, through one key alone.</source>
        <translation>从第一个解码词元起，掩码相同，只经由一个键。</translation>
    </message>
    <message>
        <source>The cache itself</source>
        <translation>缓存本身</translation>
    </message>
    <message>
        <source>Cache on against off without any bug: the same function.</source>
        <translation>缓存开对关，没有任何缺陷：同一个函数。</translation>
    </message>
    <message>
        <source>What switching it off costs</source>
        <translation>关掉它的代价</translation>
    </message>
    <message>
        <source>Without the cache every new token runs the whole text again: tokens per second fall as the text grows.</source>
        <translation>没有缓存，每个新词元都要把整段文字再跑一遍：文字越长，每秒词元数越低。</translation>
    </message>
    <message>
        <source>InternLM2 converted to Llama</source>
        <translation>InternLM2 转换成 Llama</translation>
    </message>
    <message>
        <source>convert2llama.py: the converted model answers otherwise after some dozens of tokens, with do_sample=False. Is this inconsistency reasonable? (InternLM #771)</source>
        <translation>convert2llama.py：转换后的模型在几十个词元之后给出不同的回答，do_sample=False。这种不一致合理吗？（InternLM #771）</translation>
    </message>
    <message>
        <source>The converter normalised the parameters and made them less sensitive to precision; or dynamic NTK was lost.</source>
        <translation>转换器把参数归一化了，使其对精度不那么敏感；或者丢了动态 NTK。</translation>
    </message>
    <message>
        <source>Converted here: are the weights the same?</source>
        <translation>当场转换：权重相同吗？</translation>
    </message>
    <message>
        <source>The model is converted to a Llama on this machine; run B reads that file. Weight by weight, unpacked, the hashes are equal, and both compute the same function.</source>
        <translation>模型在本机转换为 Llama；运行 B 读取该文件。拆开后逐个权重的哈希相等，两者计算同一个函数。</translation>
    </message>
    <message>
        <source>float16: packed, eager | converted, sdpa</source>
        <translation>float16：打包、eager | 转换后、sdpa</translation>
    </message>
    <message>
        <source>What the converter really changed: one product became three, and the dropped key chose another attention kernel. Rounding.</source>
        <translation>转换器真正改变的：一次乘积变成三次，丢掉的键选中了另一个注意力内核。是舍入。</translation>
    </message>
    <message>
        <source>The near tie that flips</source>
        <translation>翻转的险胜</translation>
    </message>
    <message>
        <source>A hundred equal tokens, then two float16 logits that are exactly equal in one run and an ulp apart in the other: the texts part where the margin was smallest, not where an error was large.</source>
        <translation>一百个相同的词元之后，两个 float16 logits 在一个运行中恰好相等，在另一个中相差一个 ulp：文本在优势最小处分开，而不是在误差大的地方。</translation>
    </message>
    <message>
        <source>{packed, llama} × {eager, sdpa} in float16</source>
        <translation>float16 的 {打包, llama} × {eager, sdpa}</translation>
    </message>
    <message>
        <source>No cell is another function; the kernel's column differs most.</source>
        <translation>没有一格是另一个函数；内核那一列差别最大。</translation>
    </message>
    <message>
        <source>The same in float32</source>
        <translation>float32 的同样比较</translation>
    </message>
    <message>
        <source>The same picture, some thousand times smaller.</source>
        <translation>同样的图景，只是小上千倍。</translation>
    </message>
    <message>
        <source>Dynamic NTK</source>
        <translation>动态 NTK</translation>
    </message>
    <message>
        <source>It begins past the context, and this text is far from it: with and without it every bit is equal.</source>
        <translation>它在超出上下文之后才开始，而这段文字远未到那里：有没有它，每一位都相等。</translation>
    </message>
    <message>
        <source>Llama 3.1 opened as Llama 3</source>
        <translation>把 Llama 3.1 当作 Llama 3 打开</translation>
    </message>
    <message>
        <source>Llama 3.1 is 'model not found': swap its files into the Llama 3 folder and it loads. It writes well; is it right? (TransformerLens #691)</source>
        <translation>Llama 3.1“找不到模型”：把它的文件换进 Llama 3 的文件夹就能加载。写得不错；它对吗？（TransformerLens #691）</translation>
    </message>
    <message>
        <source>The shapes are equal, so the directory swap works; what is left of the difference is noise.</source>
        <translation>形状相同，所以换文件夹可行；剩下的差别是噪声。</translation>
    </message>
    <message>
        <source>A short prompt: looks perfect</source>
        <translation>短提示词：看似完美</translation>
    </message>
    <message>
        <source>Fluent and nearly the same loss, yet another function; the config diff named rope_scaling before anything ran.</source>
        <translation>通顺，损失几乎相同，却是另一个函数；还没运行，配置对比就点出了 rope_scaling。</translation>
    </message>
    <message>
        <source>The same on a longer text</source>
        <translation>更长文字上的同样比较</translation>
    </message>
    <message>
        <source>The distance grows with the position: the mark of a wrong frequency.</source>
        <translation>距离随位置增长：频率错误的标志。</translation>
    </message>
    <message>
        <source>The base: 10 000 for 500 000</source>
        <translation>底数：500 000 变成 10 000</translation>
    </message>
    <message>
        <source>What the first releases really did: equal at position 0, and so wrong that the distance soon stops growing.</source>
        <translation>最初几个版本真正做的：位置 0 相等，而且错得很厉害，距离很快就不再增长。</translation>
    </message>
    <message>
        <source>The original context: a capped n_ctx</source>
        <translation>原始上下文：被限制的 n_ctx</translation>
    </message>
    <message>
        <source>The third silent defect, found six months later: scaling with a quarter of the original context.</source>
        <translation>第三个无声的缺陷，半年后才发现：按四分之一的原始上下文缩放。</translation>
    </message>
    <message>
        <source>One token</source>
        <translation>一个词元</translation>
    </message>
    <message>
        <source>Position 0 has no angle: every rope defect is invisible there.</source>
        <translation>位置 0 没有角度：在那里任何 rope 缺陷都看不见。</translation>
    </message>
    <message>
        <source>Two bugs of the port, on at once: the combine step adds experts' outputs at the wrong positions, and the rope base is 10 000 for 1 000 000. The router's precision is rounding.</source>
        <translation>移植中同时存在两个缺陷：合并步骤把专家的输出加到了错误的位置；rope 底数是 10 000 而不是 1 000 000。路由器的精度只是舍入。</translation>
    </message>
    <message>
        <source>No bug in the layout itself: one product and one per head are the same function, summed in another order. The bugs stand beside it: grouped heads crash, and summed copies make q as many times too large as there are heads.</source>
        <translation>布局本身没有缺陷：一次乘积和每头一次乘积是同一个函数，只是求和顺序不同。缺陷在旁边：分组头会崩溃；把副本相加使 q 放大到头数倍。</translation>
    </message>
    <message>
        <source>ALiBi, not the cache: a decoded token gets the first row of the bias, all zeros, in place of its own. The prompt is untouched; each guess about the cache leaves another signature.</source>
        <translation>是 ALiBi，不是缓存：解码的词元得到偏置的第一行（全零），而不是自己的那一行。提示词不受影响；关于缓存的每个猜测都留下另一种特征。</translation>
    </message>
    <message>
        <source>Reasonable: the weights are the same bytes. One product became three and another attention kernel runs: rounding, which turns a token where two logits are nearly tied.</source>
        <translation>合理：权重的字节相同。一次乘积变成三次，并运行另一个注意力内核：这是舍入，在两个 logit 几乎打平处翻转了词元。</translation>
    </message>
    <message>
        <source>Not noise: the rope scaling of 3.1 is lost, so every angle past position 0 is another, and the distance grows with the position. A short prompt hides it.</source>
        <translation>不是噪声：3.1 的 rope 缩放丢失了，位置 0 之后的每个角度都不同，距离随位置增长。短提示词把它掩盖了。</translation>
    </message>
</context>
<context>
    <name>evidence</name>
    <message>
        <source>%1: at most 100 floors, so the same function on these tokens</source>
        <translation>%1：不超过下限的 100 倍，因此在这些词元上是同一个函数</translation>
    </message>
    <message>
        <source>%1: more than 10^4 floors, so two different functions</source>
        <translation>%1：超过下限的 10^4 倍，因此是两个不同的函数</translation>
    </message>
    <message>
        <source>%1: between 100 and 10^4 floors, so neither is proved</source>
        <translation>%1：在下限的 100 倍与 10^4 倍之间，因此两者都未证实</translation>
    </message>
    <message>
        <source>float64 distance %1, floor %2 (amplification %3 × 2^-53 + 4 ulp)</source>
        <translation>float64 距离 %1，下限 %2（放大倍数 %3 × 2^-53 + 4 ulp）</translation>
    </message>
    <message>
        <source>a run makes NaN or infinity, first at %1</source>
        <translation>有一次运行产生 NaN 或无穷大，首先在 %1</translation>
    </message>
    <message>
        <source>every value at every site and position is equal bit for bit</source>
        <translation>每个位点、每个位置的每个值都逐位相等</translation>
    </message>
    <message>
        <source>a constant is added to all logits of a position: softmax does not see it, so it is harmless</source>
        <translation>一个位置的所有 logits 都加了同一常数：softmax 看不见它，因此无害</translation>
    </message>
    <message>
        <source>another representation: %1 differs in float64 while the function does not</source>
        <translation>另一种表示：%1 在 float64 中不同，而函数相同</translation>
    </message>
    <message>
        <source>B's weights are A's, rounded to B's type</source>
        <translation>B 的权重是 A 的权重舍入到 B 的类型</translation>
    </message>
    <message>
        <source>%1 tensors differ, first %2</source>
        <translation>%1 个张量不同，首先是 %2</translation>
    </message>
    <message>
        <source>the two tokenizers give different ids for this prompt</source>
        <translation>两个分词器对此提示词给出不同的 id</translation>
    </message>
    <message>
        <source>%1: nothing here reaches it; it shows with %2</source>
        <translation>%1：这里没有什么触及它；出现条件：%2</translation>
    </message>
    <message>
        <source>the window of %1 keys is not shorter than the text of %2</source>
        <translation>%1 个键的窗口不短于 %2 个词元的文字</translation>
    </message>
    <message>
        <source>dynamic rope scaling is inactive up to %1 positions</source>
        <translation>动态 rope 缩放在 %1 个位置以内不起作用</translation>
    </message>
    <message>
        <source>the context bounds nothing here: no learned positions end and no rope scaling begins within these tokens</source>
        <translation>上下文长度在这里不限制任何东西：在这些词元之内，学习的位置没有用完，rope 缩放也没有开始</translation>
    </message>
    <message>
        <source>accumulate acts only where matmul.order is not library</source>
        <translation>accumulate 只在 matmul.order 不是 library 时起作用</translation>
    </message>
    <message>
        <source>no shape along the text: %1</source>
        <translation>沿文字没有规律：%1</translation>
    </message>
    <message>
        <source>fewer than 4 positions</source>
        <translation>少于 4 个位置</translation>
    </message>
    <message>
        <source>not every distance is finite</source>
        <translation>并非每个距离都有限</translation>
    </message>
    <message>
        <source>no position differs</source>
        <translation>没有位置不同</translation>
    </message>
    <message>
        <source>%1 of %2 positions differ, others between them do not</source>
        <translation>%2 个位置中有 %1 个不同，其间的其他位置相同</translation>
    </message>
    <message>
        <source>the distances scatter by a factor of %1</source>
        <translation>距离分散，倍数为 %1</translation>
    </message>
    <message>
        <source>grows with the position, as %1 to the power of %2 (%3): %4 at position %5, %6 at position %7</source>
        <translation>随位置增长，为 %1 的 %2 次幂（%3）：位置 %5 处 %4，位置 %7 处 %6</translation>
    </message>
    <message>
        <source>position + 1</source>
        <translation>(位置 + 1)</translation>
    </message>
    <message>
        <source>the position</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>%1, from there on the distance is up to %2</source>
        <translation>%1，从那里起距离最大为 %2</translation>
    </message>
    <message>
        <source>position 0 is equal</source>
        <translation>位置 0 相等</translation>
    </message>
    <message>
        <source>positions 0 to %1 are equal</source>
        <translation>位置 0 到 %1 相等</translation>
    </message>
    <message>
        <source>a step at position %1: %2</source>
        <translation>在位置 %1 有一个台阶：%2</translation>
    </message>
    <message>
        <source>the distance is %1 times what it is before (%2)</source>
        <translation>距离是此前的 %1 倍（%2）</translation>
    </message>
    <message>
        <source>the same at every position: %1, give or take a factor of %2</source>
        <translation>每个位置都一样：%1，上下相差 %2 倍</translation>
    </message>
    <message>
        <source>verdict</source>
        <translation>判断</translation>
    </message>
    <message>
        <source>first site</source>
        <translation>首个位点</translation>
    </message>
    <message>
        <source>cause</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>not exercised</source>
        <translation>未触及</translation>
    </message>
    <message>
        <source>remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>loss of B above A</source>
        <translation>B 的损失高出 A</translation>
    </message>
    <message>
        <source>losses apart</source>
        <translation>损失相差</translation>
    </message>
    <message>
        <source>flips in block %1</source>
        <translation>第 %1 块的翻转</translation>
    </message>
    <message>
        <source>tokens with a flip</source>
        <translation>有翻转的词元</translation>
    </message>
    <message>
        <source>along the text</source>
        <translation>沿文本</translation>
    </message>
    <message>
        <source>KL at the first 16 positions</source>
        <translation>前 16 个位置的 KL</translation>
    </message>
    <message>
        <source>KL of the last quarter over the first</source>
        <translation>最后四分之一与最前四分之一的 KL 之比</translation>
    </message>
    <message>
        <source>first position that differs (the first decoded token)</source>
        <translation>首个不同的位置（第一个解码词元）</translation>
    </message>
    <message>
        <source>the texts part</source>
        <translation>文本分开</translation>
    </message>
    <message>
        <source>tokens/s of A over B</source>
        <translation>A 与 B 的词元/秒之比</translation>
    </message>
    <message>
        <source>equal values at %1</source>
        <translation>%1 处相等的值</translation>
    </message>
    <message>
        <source>relative distance at %1</source>
        <translation>%1 处的相对距离</translation>
    </message>
    <message>
        <source>error of B over A's at %1</source>
        <translation>%1 处 B 与 A 的误差之比</translation>
    </message>
    <message>
        <source>B over A at %1</source>
        <translation>%1 处 B 与 A 之比</translation>
    </message>
    <message>
        <source>files of A and B</source>
        <translation>A 和 B 的文件</translation>
    </message>
    <message>
        <source>weights of A and B, one by one</source>
        <translation>A 与 B 的权重，逐个</translation>
    </message>
    <message>
        <source>%1 equal hashes</source>
        <translation>%1 个相等的哈希</translation>
    </message>
    <message>
        <source>no weights</source>
        <translation>没有权重</translation>
    </message>
    <message>
        <source>config key that differs, before anything runs</source>
        <translation>运行之前就不同的配置键</translation>
    </message>
    <message>
        <source>looking changed nothing</source>
        <translation>观察未改变任何东西</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>至少 %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>至多 %1</translation>
    </message>
    <message>
        <source>equal hashes</source>
        <translation>哈希相等</translation>
    </message>
    <message>
        <source>other hashes</source>
        <translation>哈希不同</translation>
    </message>
    <message>
        <source>not proved</source>
        <translation>未证实</translation>
    </message>
    <message>
        <source>not judged</source>
        <translation>未判断</translation>
    </message>
    <message>
        <source>the same hash</source>
        <translation>哈希相同</translation>
    </message>
    <message>
        <source>after %1 equal tokens</source>
        <translation>在 %1 个相等词元之后</translation>
    </message>
    <message>
        <source>never</source>
        <translation>从不</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>no text was written</source>
        <translation>没有写出文本</translation>
    </message>
    <message>
        <source>not measured</source>
        <translation>未测量</translation>
    </message>
    <message>
        <source>identical or rounding</source>
        <translation>完全相同或舍入</translation>
    </message>
    <message>
        <source>rounding or identical</source>
        <translation>舍入或完全相同</translation>
    </message>
    <message>
        <source>identical or none</source>
        <translation>完全相同或未判断</translation>
    </message>
    <message>
        <source>identical</source>
        <translation>完全相同</translation>
    </message>
    <message>
        <source>rounding</source>
        <translation>舍入</translation>
    </message>
    <message>
        <source>semantic</source>
        <translation>不同的函数</translation>
    </message>
    <message>
        <source>unclear</source>
        <translation>不明确</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>non-finite</source>
        <translation>非有限</translation>
    </message>
    <message>
        <source>growth</source>
        <translation>增长</translation>
    </message>
    <message>
        <source>step</source>
        <translation>阶跃</translation>
    </message>
    <message>
        <source>flat</source>
        <translation>平坦</translation>
    </message>
    <message>
        <source>B reads these weights under another config.json: shapes match, meaning differs: %1</source>
        <translation>B 按另一个 config.json 读取这些权重：形状相符，含义不同：%1</translation>
    </message>
    <message>
        <source>B reads these weights under another config.json: shapes match, meaning differs nowhere: every value that is read is the same</source>
        <translation>B 按另一个 config.json 读取这些权重：形状相符，含义处处相同：读取的每个值都一样</translation>
    </message>
    <message>
        <source>A and B read different token ids (%1); what follows compares both on A's ids, and B's own text begins with its own</source>
        <translation>A 与 B 读取的词元 id 不同（%1）；以下都按 A 的 id 比较，B 自己的文本以它自己的开头</translation>
    </message>
    <message>
        <source>position %1: %2 | %3</source>
        <translation>位置 %1：%2 | %3</translation>
    </message>
    <message>
        <source>%1 | %2 ids</source>
        <translation>%1 | %2 个 id</translation>
    </message>
    <message>
        <source>Only the cache or the calls differ: the last quarter of the prompt is fed token by token</source>
        <translation>只有缓存或调用方式不同：提示的最后四分之一逐词元送入</translation>
    </message>
    <message>
        <source>One token only: rotary embedding, masks, caches and expert scatter cannot show a difference at position 0</source>
        <translation>只有一个词元：旋转位置编码、掩码、缓存与专家散射在位置 0 显不出差异</translation>
    </message>
    <message>
        <source>The prompt begins with the beginning-of-sequence token twice (most tokenizers add it to a text that has it already)</source>
        <translation>提示以两个序列起始词元开头（多数分词器会给已有它的文本再加一个）</translation>
    </message>
    <message>
        <source>The same tokens, two texts: %1; character %2 is %3 in A and %4 in B. Ids, logits and sites do not depend on it</source>
        <translation>词元相同，文本两样：%1；第 %2 个字符在 A 中是%3，在 B 中是%4。id、logits 与各位点与此无关</translation>
    </message>
    <message>
        <source>the two vocabularies write these ids otherwise</source>
        <translation>两个词表对这些 id 的写法不同</translation>
    </message>
    <message>
        <source>A by %1, B by %2</source>
        <translation>A 按%1，B 按%2</translation>
    </message>
    <message>
        <source>%1's rules</source>
        <translation>%1 的规则</translation>
    </message>
    <message>
        <source>the tokens as they stand</source>
        <translation>词元原样</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>结尾</translation>
    </message>
    <message>
        <source>This comparison may take %1 and %2 are available (%3 for what %4 in one block, %5 for logits, %6 for weights): the system may have to write memory to disk. If it gets slow, %7.</source>
        <translation>这次比较可能占用 %1，而可用的是 %2（%4在一个块内 %3，logits %5，权重 %6）：系统可能要把内存写到磁盘。若变慢，%7。</translation>
    </message>
    <message>
        <source>the run makes</source>
        <translation>这次运行</translation>
    </message>
    <message>
        <source>%1 runs make</source>
        <translation>%1 次运行</translation>
    </message>
    <message>
        <source>use fewer tokens, leave the judge out (--judge none), or free memory</source>
        <translation>请减少词元、不做判定（--judge none）或释放内存</translation>
    </message>
    <message>
        <source>use a trace of fewer tokens or fewer sites, or free memory</source>
        <translation>请用词元或位点更少的记录，或释放内存</translation>
    </message>
    <message>
        <source>this model has no experts</source>
        <translation>此模型没有专家</translation>
    </message>
    <message>
        <source>this model rotates nothing</source>
        <translation>此模型不用旋转位置编码</translation>
    </message>
    <message>
        <source>this model's keys have no biases in dimensions that do not rotate</source>
        <translation>此模型的键在不旋转的维度上没有偏置</translation>
    </message>
    <message>
        <source>only InternLM2 packs weights that Llama keeps apart</source>
        <translation>只有 InternLM2 把 Llama 分开存的权重合在一起</translation>
    </message>
    <message>
        <source>this model's scores are capped, which the fused kernel cannot do</source>
        <translation>此模型的分数有软上限，融合内核做不到</translation>
    </message>
    <message>
        <source>only a sentencepiece tokenizer (tokenizer.model) is read by these classes</source>
        <translation>这些类只读 sentencepiece 分词器（tokenizer.model）</translation>
    </message>
</context>
<context>
    <name>symptoms</name>
    <message>
        <source>The rotary angles differ: nothing at position 0, more with every position. The base, a scaling or the frequencies are others.</source>
        <translation>旋转角度不同：位置 0 没有差别，越往后越大。底数、缩放或频率不一样。</translation>
    </message>
    <message>
        <source>Compare rope_theta and rope_scaling of the two configs in the Model view; run with rope.base and rope.scaling set alike: rot_q must become equal.</source>
        <translation>在“模型”视图中比较两个配置的 rope_theta 和 rope_scaling；把 rope.base 和 rope.scaling 设成相同再运行：rot_q 必须相等。</translation>
    </message>
    <message>
        <source>The rotation differs at every position but 0, where every rotation is nothing: other angles, or the dimensions are paired otherwise (neighbours against halves).</source>
        <translation>除位置 0（那里任何旋转都不起作用）外，每个位置的旋转都不同：角度不同，或维度的配对方式不同（相邻配对还是两半配对）。</translation>
    </message>
    <message>
        <source>Look at rot_q of position 1 in Numbers: if its values are B's in another order of dimensions, the weights were permuted for the other convention; if not, compare rope_theta and rope_scaling.</source>
        <translation>在“数值”中看位置 1 的 rot_q：若它的值就是 B 的值换了维度顺序，则权重是按另一种约定重排的；若不是，比较 rope_theta 和 rope_scaling。</translation>
    </message>
    <message>
        <source>The rotation changes even position 0, where the angle is 0: it also multiplies, as the attention factor of yarn and LongRoPE does, or it starts counting elsewhere.</source>
        <translation>旋转连角度为 0 的位置 0 也改变了：它还乘了一个数（如 yarn 和 LongRoPE 的注意力因子），或者从别处开始计数。</translation>
    </message>
    <message>
        <source>Compare the norms of q and rot_q at position 0 in Numbers: their ratio is the attention factor.</source>
        <translation>在“数值”中比较位置 0 的 q 和 rot_q 的范数：它们的比就是注意力因子。</translation>
    </message>
    <message>
        <source>Right within the first call and wrong from the first later one: a call that reads the cache counts its positions from another start.</source>
        <translation>第一次调用内正确，从其后的第一次调用起错误：读缓存的调用从另一个起点计算位置。</translation>
    </message>
    <message>
        <source>Run with kv_cache=off: the difference must vanish. Compare rot_q of the first decoded token with rot_q of position 0.</source>
        <translation>用 kv_cache=off 运行：差别必须消失。比较第一个解码词元的 rot_q 与位置 0 的 rot_q。</translation>
    </message>
    <message>
        <source>The embedding is right within the first call and wrong from the first later one: learned positions are counted from the start of the call.</source>
        <translation>嵌入在第一次调用内正确，从其后的第一次调用起错误：学习的位置是从调用的开头数起的。</translation>
    </message>
    <message>
        <source>Run with kv_cache=off: the difference must vanish.</source>
        <translation>用 kv_cache=off 运行：差别必须消失。</translation>
    </message>
    <message>
        <source>B's embedding is A's times one number: a factor such as √d_model was left out or put in.</source>
        <translation>B 的嵌入是 A 的嵌入乘以一个数：漏掉或多乘了 √d_model 之类的因子。</translation>
    </message>
    <message>
        <source>Compare the slope of B on A at embed with √d_model.</source>
        <translation>把 embed 处 B 对 A 的斜率与 √d_model 比较。</translation>
    </message>
    <message>
        <source>Embeddings differ by more than a factor: other rows of the table, another table or other learned positions.</source>
        <translation>嵌入的差别不只是一个因子：表的其他行、另一张表，或另外的学习位置。</translation>
    </message>
    <message>
        <source>See which positions differ in embed: if only some tokens do, their rows differ; compare the hash of the embedding tensor.</source>
        <translation>看 embed 的哪些位置不同：若只有某些词元不同，则是它们的行不同；比较嵌入张量的哈希。</translation>
    </message>
    <message>
        <source>The norm divides by another number before any weight acts: epsilon, the mean, or where epsilon is added.</source>
        <translation>在任何权重起作用之前，归一化就除以了另一个数：epsilon、均值，或 epsilon 加在何处。</translation>
    </message>
    <message>
        <source>Compare rms_norm_eps or layer_norm_eps of the two configs; the difference of the squared scales is the difference of the epsilons.</source>
        <translation>比较两个配置的 rms_norm_eps 或 layer_norm_eps；缩放平方之差就是 epsilon 之差。</translation>
    </message>
    <message>
        <source>The norm's statistics agree and its output does not: the weight acts otherwise (w against 1 + w), or is another.</source>
        <translation>归一化的统计量一致而输出不一致：权重的作用方式不同（w 还是 1 + w），或是另外的权重。</translation>
    </message>
    <message>
        <source>Compare the hash of the norm's weight; if it is equal, divide B's output by A's: a constant per dimension is w / (1 + w).</source>
        <translation>比较归一化权重的哈希；若相等，用 B 的输出除以 A 的：每维一个常数即为 w / (1 + w)。</translation>
    </message>
    <message>
        <source>B's queries are A's times a number above 1: copies of the input were summed, or the scale of the scores was put in twice.</source>
        <translation>B 的查询是 A 的乘以一个大于 1 的数：输入的副本被相加了，或得分的缩放乘了两次。</translation>
    </message>
    <message>
        <source>Compare the slope of B on A at attn.q with the number of heads and with √d_head.</source>
        <translation>把 attn.q 处 B 对 A 的斜率与头数以及 √d_head 比较。</translation>
    </message>
    <message>
        <source>A projection is multiplied by one number: a weight was scaled, or a scale of the scores moved into it.</source>
        <translation>某个投影被乘以一个数：权重被缩放，或得分的缩放移进了权重。</translation>
    </message>
    <message>
        <source>Compare the tensor's hash; the slope of B on A is the factor.</source>
        <translation>比较该张量的哈希；B 对 A 的斜率就是因子。</translation>
    </message>
    <message>
        <source>Queries have little to do with each other although their input agrees: the packed matrix was cut along other rows, transposed, or is another.</source>
        <translation>输入一致，而查询几乎毫不相干：打包矩阵按别的行切开、被转置，或是另一个矩阵。</translation>
    </message>
    <message>
        <source>Sort one position's values of q in both runs: the same numbers in another order mean rows cut otherwise (heads first against groups first).</source>
        <translation>把两次运行中同一位置的 q 值排序：若是同样的数换了顺序，则行的切法不同（先按头还是先按组）。</translation>
    </message>
    <message>
        <source>Queries agree and keys have little to do with each other: keys and values are swapped, or the packed rows are cut otherwise behind the queries.</source>
        <translation>查询一致而键几乎毫不相干：键和值互换了，或打包的行在查询之后切法不同。</translation>
    </message>
    <message>
        <source>Compare B's k with A's v in Numbers: equal values mean that they are swapped.</source>
        <translation>在“数值”中比较 B 的 k 与 A 的 v：值相等就说明互换了。</translation>
    </message>
    <message>
        <source>Queries and keys agree, values do not: the value projection alone is another.</source>
        <translation>查询和键一致，值不一致：只有值投影不同。</translation>
    </message>
    <message>
        <source>Compare the hashes of the value weights and biases.</source>
        <translation>比较值的权重和偏置的哈希。</translation>
    </message>
    <message>
        <source>B cannot be computed where keys and values have fewer heads than queries: it treats them as if every head had its own.</source>
        <translation>键和值的头比查询少，B 因此无法计算：它当作每个头都有自己的键和值。</translation>
    </message>
    <message>
        <source>The same settings on a model with as many key/value heads as heads must run.</source>
        <translation>同样的设置用在键/值头数与头数相同的模型上，必须能运行。</translation>
    </message>
    <message>
        <source>From the first later call on, other keys are hidden: the mask was cut to the query, or a cached row that nobody wrote is seen.</source>
        <translation>从其后的第一次调用起，隐藏的键不同：掩码被截到查询的长度，或看到了没人写过的缓存行。</translation>
    </message>
    <message>
        <source>Look at one row of attn.pattern of the first decoded token in Attention: see which keys have no weight in one run. kv_cache=off must make it vanish.</source>
        <translation>在“注意力”中看第一个解码词元的 attn.pattern 的一行：看哪些键只在一个运行中没有权重。kv_cache=off 必须使它消失。</translation>
    </message>
    <message>
        <source>The same keys are seen, and from the first later call on their scores differ: a position bias built for the query's rows instead of the keys', or a cached key overwritten.</source>
        <translation>看到的键相同，而从其后的第一次调用起得分不同：位置偏置按查询的行而不是键的行构造，或某个缓存的键被覆盖。</translation>
    </message>
    <message>
        <source>Compare attn.cache_k in the Cache view with the keys as they were made: equal keys leave the bias. kv_cache=off must make it vanish.</source>
        <translation>在“缓存”视图中把 attn.cache_k 与当初算出的键比较：键相等则是偏置。kv_cache=off 必须使它消失。</translation>
    </message>
    <message>
        <source>The same scores, another mask from a position on that is no border of a call: a sliding window is wider, narrower, or left out.</source>
        <translation>得分相同，从某个并非调用边界的位置起掩码不同：滑动窗口更宽、更窄或被漏掉。</translation>
    </message>
    <message>
        <source>The first position that differs is the smaller window; set attention.window alike.</source>
        <translation>第一个不同的位置就是较小的窗口；把 attention.window 设成相同。</translation>
    </message>
    <message>
        <source>Queries, keys and mask agree, scores differ from position 1 on: a position bias has other slopes or another sign.</source>
        <translation>查询、键和掩码一致，得分从位置 1 起不同：位置偏置的斜率或符号不同。</translation>
    </message>
    <message>
        <source>Take the difference of the scores of one row: a straight line over the keys is a bias; its slope by head is what to compare.</source>
        <translation>取一行得分之差：若沿键是一条直线，就是偏置；要比较的是它随头变化的斜率。</translation>
    </message>
    <message>
        <source>Queries and keys agree and already the one score of position 0 differs: the scale, a soft cap or what is divided by.</source>
        <translation>查询和键一致，而位置 0 唯一的得分就已不同：缩放、软截断或除数不同。</translation>
    </message>
    <message>
        <source>The slope of B on A at attn.scores against 1/√d_head; a bend in the plot of B on A is a soft cap.</source>
        <translation>比较 attn.scores 处 B 对 A 的斜率与 1/√d_head；B 对 A 图中的弯曲是软截断。</translation>
    </message>
    <message>
        <source>Scores agree and the weights do not: the softmax runs over other entries (a row of zeros in the cache, a sink), or over another type of sum.</source>
        <translation>得分一致而权重不一致：softmax 作用于别的项（缓存中的一行零、汇点），或用另一种类型求和。</translation>
    </message>
    <message>
        <source>Sum a row of attn.pattern: what is missing to 1 went to a key that is not there.</source>
        <translation>把 attn.pattern 的一行求和：不足 1 的部分给了一个不存在的键。</translation>
    </message>
    <message>
        <source>Queries and keys agree, one run's kernel never makes scores, and what comes out is another function: it leaves out a step that the other has (soft cap, bias, mask).</source>
        <translation>查询和键一致，其中一个运行的内核从不产生得分，而结果是另一个函数：它省去了另一个所做的一步（软截断、偏置、掩码）。</translation>
    </message>
    <message>
        <source>Run both with attention=eager: if the difference vanishes it is the kernel's.</source>
        <translation>两次都用 attention=eager 运行：若差别消失，就是内核的问题。</translation>
    </message>
    <message>
        <source>The weights agree and the mixed values do not: the cache holds other values, or heads take another group's.</source>
        <translation>权重一致而混合出的值不一致：缓存里是别的值，或头取了另一组的值。</translation>
    </message>
    <message>
        <source>Compare attn.cache_v with attn.v at the positions that were written before.</source>
        <translation>在以前写入的位置比较 attn.cache_v 与 attn.v。</translation>
    </message>
    <message>
        <source>What goes into the output matrix agrees, what comes out has little to do with it: the square matrix is read transposed, or is another.</source>
        <translation>进入输出矩阵的一致，出来的几乎毫不相干：方阵被转置读取，或是另一个矩阵。</translation>
    </message>
    <message>
        <source>Multiply z by the transposed matrix in Numbers' export: if that is B, it is transposed.</source>
        <translation>在“数值”导出的数据中用转置矩阵乘 z：若得到 B，就是被转置了。</translation>
    </message>
    <message>
        <source>Attention's output is multiplied by one number: its matrix was scaled, or the norm after it.</source>
        <translation>注意力的输出被乘以一个数：它的矩阵或其后的归一化被缩放了。</translation>
    </message>
    <message>
        <source>The slope of B on A at attn_out is the factor; compare the tensor's hash.</source>
        <translation>attn_out 处 B 对 A 的斜率就是因子；比较该张量的哈希。</translation>
    </message>
    <message>
        <source>The router reads the same and scores otherwise: its rows are in another order, or its matrix is another.</source>
        <translation>路由器读到的相同，打分却不同：它的行顺序不同，或矩阵是另一个。</translation>
    </message>
    <message>
        <source>Sort one position's router logits in both runs: the same numbers mean permuted rows; then the experts must be permuted alike.</source>
        <translation>把两次运行中同一位置的路由 logits 排序：同样的数说明行被重排；那么专家也必须同样重排。</translation>
    </message>
    <message>
        <source>From the same router logits other experts are taken: another k, a bias in the choice, or groups.</source>
        <translation>路由 logits 相同，选的专家却不同：k 不同、选择时有偏置，或分组。</translation>
    </message>
    <message>
        <source>Compare num_experts_per_tok and see whether A's set is the largest logits.</source>
        <translation>比较 num_experts_per_tok，看 A 的集合是否就是最大的那些 logits。</translation>
    </message>
    <message>
        <source>The same experts with smaller weights: they are not divided by their sum after the choice.</source>
        <translation>专家相同而权重较小：选择之后没有除以它们的和。</translation>
    </message>
    <message>
        <source>Sum the mixing weights of one position: 1 in one run, less in the other. Compare norm_topk_prob.</source>
        <translation>把一个位置的混合权重求和：一个运行为 1，另一个小于 1。比较 norm_topk_prob。</translation>
    </message>
    <message>
        <source>The mixing weights differ: normalised otherwise, or scaled.</source>
        <translation>混合权重不同：归一化方式不同，或被缩放。</translation>
    </message>
    <message>
        <source>Sum the mixing weights of one position in both runs.</source>
        <translation>在两次运行中把一个位置的混合权重求和。</translation>
    </message>
    <message>
        <source>Some experts' outputs are equal bit for bit and others are not: single experts have other weights.</source>
        <translation>有些专家的输出逐位相等，有些不等：个别专家的权重不同。</translation>
    </message>
    <message>
        <source>See which experts the positions that differ chose in Routing; compare those tensors' hashes.</source>
        <translation>在“路由”中看不同的位置选了哪些专家；比较那些张量的哈希。</translation>
    </message>
    <message>
        <source>Experts compute another function of the same input.</source>
        <translation>对同样的输入，专家计算另一个函数。</translation>
    </message>
    <message>
        <source>Compare the hashes of the experts' tensors and the activation.</source>
        <translation>比较专家张量的哈希以及激活函数。</translation>
    </message>
    <message>
        <source>The same experts, the same outputs of each, the same weights; only their sum differs: outputs are added at the wrong positions, or only some are added.</source>
        <translation>专家相同，各自的输出相同，权重相同；只有它们的和不同：输出加到了错误的位置，或只加了一部分。</translation>
    </message>
    <message>
        <source>Run one token alone: the difference must vanish. Compare mlp_out with the weighted sum of moe.expert_out by hand.</source>
        <translation>只用一个词元运行：差别必须消失。手工比较 mlp_out 与 moe.expert_out 的加权和。</translation>
    </message>
    <message>
        <source>What the last product of the MLP reads agrees and its result does not: the down projection, the mix of the experts, or a norm after it.</source>
        <translation>MLP 最后一次乘积读到的一致而结果不一致：下投影、专家的混合，或其后的归一化。</translation>
    </message>
    <message>
        <source>Compare the hash of the down projection; the slope of B on A is a factor if R² is 1.</source>
        <translation>比较下投影的哈希；若 R² 为 1，B 对 A 的斜率就是因子。</translation>
    </message>
    <message>
        <source>Both branches agree before the activation and not after it: another activation function, or another approximation of it.</source>
        <translation>两个分支在激活之前一致，之后不一致：激活函数不同，或它的近似不同。</translation>
    </message>
    <message>
        <source>Compare hidden_act of the configs: gelu, gelu_new, gelu_pytorch_tanh and silu are four functions.</source>
        <translation>比较配置的 hidden_act：gelu、gelu_new、gelu_pytorch_tanh 和 silu 是四个不同的函数。</translation>
    </message>
    <message>
        <source>The MLP's first product differs on the same input: gate and up are swapped, cut otherwise, or other weights.</source>
        <translation>同样的输入，MLP 的第一次乘积不同：gate 和 up 互换、切法不同，或权重不同。</translation>
    </message>
    <message>
        <source>Compare B's mlp.gate with A's mlp.up in Numbers: equal values mean that they are swapped.</source>
        <translation>在“数值”中比较 B 的 mlp.gate 与 A 的 mlp.up：值相等就说明互换了。</translation>
    </message>
    <message>
        <source>What is added agrees and the stream does not: the residual is taken from elsewhere (before or after the norm), or scaled.</source>
        <translation>所加的一致而残差流不一致：残差取自别处（归一化之前还是之后），或被缩放。</translation>
    </message>
    <message>
        <source>Subtract attn_out from resid_mid in Numbers: what is left is what was added to.</source>
        <translation>在“数值”中用 resid_mid 减去 attn_out：剩下的就是被加的那一项。</translation>
    </message>
    <message>
        <source>B's logits are zero: the output matrix was never loaded. With tied weights the file has no matrix of that name.</source>
        <translation>B 的 logits 为零：输出矩阵从未加载。权重共享时文件里没有那个名字的矩阵。</translation>
    </message>
    <message>
        <source>The loss of B is the logarithm of the size of the vocabulary. Compare tie_word_embeddings.</source>
        <translation>B 的损失等于词表大小的对数。比较 tie_word_embeddings。</translation>
    </message>
    <message>
        <source>B's logits are A's times one number: a scale or a temperature at the end. The best token stays the same.</source>
        <translation>B 的 logits 是 A 的乘以一个数：末尾的缩放或温度。最佳词元不变。</translation>
    </message>
    <message>
        <source>The slope of B on A at logits is the factor; top-1 agreement must be 1.</source>
        <translation>logits 处 B 对 A 的斜率就是因子；首选一致率必须为 1。</translation>
    </message>
    <message>
        <source>Everything up to the last norm agrees, the logits do not: another output matrix, bias or final soft cap.</source>
        <translation>直到最后的归一化都一致，logits 不一致：输出矩阵、偏置或末端软截断不同。</translation>
    </message>
    <message>
        <source>Compare the hash of the output matrix; a bend in B on A is a soft cap.</source>
        <translation>比较输出矩阵的哈希；B 对 A 的弯曲是软截断。</translation>
    </message>
    <message>
        <source>A run makes NaN or infinity. In float16 everything above 65 504 does, and a masked score minus a masked score.</source>
        <translation>某次运行产生了 NaN 或无穷大。在 float16 中，超过 65 504 的值会如此，被掩码的得分相减也会。</translation>
    </message>
    <message>
        <source>Run that side with dtype=bfloat16 or float32: if it becomes finite, it is the range of the type.</source>
        <translation>用 dtype=bfloat16 或 float32 运行那一侧：若变为有限，就是类型的范围。</translation>
    </message>
    <message>
        <source>The runs are equal up to a position in the middle of a call and part from there: something begins to act at that length (a window, a scaling, a limit).</source>
        <translation>两次运行直到某次调用中间的一个位置都相等，从那里分开：有东西在那个长度开始起作用（窗口、缩放、上限）。</translation>
    </message>
    <message>
        <source>Look for a number in the configs that equals the first position that differs.</source>
        <translation>在配置中找一个等于第一个不同位置的数。</translation>
    </message>
    <message>
        <source>The logits differ by one constant at each position, which no probability sees: harmless, as centred output weights make it.</source>
        <translation>每个位置的 logits 只差一个常数，任何概率都看不见：无害，居中的输出权重就会如此。</translation>
    </message>
    <message>
        <source>KL is 0 to rounding; subtract each position's mean from the logits of both runs.</source>
        <translation>KL 在舍入范围内为 0；从两次运行的 logits 中减去每个位置的均值。</translation>
    </message>
    <message>
        <source>Inside, some values are another function, and yet the result is the same: a constant that softmax removes, folded norms, permuted heads or experts.</source>
        <translation>内部有些值是另一个函数，结果却相同：softmax 消去的常数、合并的归一化、重排的头或专家。</translation>
    </message>
    <message>
        <source>The remark names the site; the values behind it must agree again.</source>
        <translation>备注给出了那个位点；它之后的值必须重新一致。</translation>
    </message>
    <message>
        <source>The same function in calls of other lengths: products of other shapes sum in another order. Nothing is lost.</source>
        <translation>同一个函数，调用的长度不同：形状不同的乘积按另一种顺序求和。没有损失。</translation>
    </message>
    <message>
        <source>In float64 the distance falls to 1e-12.</source>
        <translation>在 float64 中距离降到 1e-12。</translation>
    </message>
    <message>
        <source>The right function, and the rotation loses more than its type must: frequencies or angles were rounded to a coarser type.</source>
        <translation>函数正确，而旋转的损失超过其类型所必需：频率或角度被舍入到较粗的类型。</translation>
    </message>
    <message>
        <source>The error must grow with the position; run with rope.dtype=float32: the excess must vanish.</source>
        <translation>误差必须随位置增长；用 rope.dtype=float32 运行：超出部分必须消失。</translation>
    </message>
    <message>
        <source>The right function, and attention loses more than its type must: scores, softmax or its sum in a coarser type, or another order of sums in a kernel.</source>
        <translation>函数正确，而注意力的损失超过其类型所必需：得分、softmax 或其求和用了较粗的类型，或内核的求和顺序不同。</translation>
    </message>
    <message>
        <source>Run with softmax.dtype=float32 and attention=eager.</source>
        <translation>用 softmax.dtype=float32 和 attention=eager 运行。</translation>
    </message>
    <message>
        <source>The right function, and a norm loses more than its type must: its statistics were computed in a coarser type.</source>
        <translation>函数正确，而某个归一化的损失超过其类型所必需：统计量用较粗的类型计算。</translation>
    </message>
    <message>
        <source>Run with norm.dtype=float32: the excess must vanish.</source>
        <translation>用 norm.dtype=float32 运行：超出部分必须消失。</translation>
    </message>
    <message>
        <source>The right function, and the router's product loses more than its type must.</source>
        <translation>函数正确，而路由器的乘积损失超过其类型所必需。</translation>
    </message>
    <message>
        <source>Run with router.dtype=float32: the excess must vanish, and flips become fewer.</source>
        <translation>用 router.dtype=float32 运行：超出部分必须消失，翻转变少。</translation>
    </message>
    <message>
        <source>Single tokens go to other experts, each where two router logits lie closer than rounding: consequences of near ties, not of a bug.</source>
        <translation>个别词元去了别的专家，每处两个路由 logits 的差距都小于舍入：是险胜的后果，不是缺陷。</translation>
    </message>
    <message>
        <source>Routing shows the margin of every flip beside its band; hold A's experts in B (experts=replay): the distance must fall.</source>
        <translation>“路由”在每次翻转的优势旁显示其噪声带；让 B 使用 A 的专家（experts=replay）：距离必须下降。</translation>
    </message>
    <message>
        <source>Some tokens go to other experts although the margin is wider than rounding can be.</source>
        <translation>有些词元去了别的专家，尽管优势大于舍入所能造成的。</translation>
    </message>
    <message>
        <source>See those positions in Routing; compare the router's input and its type.</source>
        <translation>在“路由”中看那些位置；比较路由器的输入及其类型。</translation>
    </message>
    <message>
        <source>The texts part where the two best tokens lie closer than the error there: any other rounding could part them, and everything after it is another text.</source>
        <translation>文本在两个最佳词元之差小于该处误差的地方分开：任何别的舍入都可能使其分开，此后便是另一段文字。</translation>
    </message>
    <message>
        <source>Generation shows margin and error of that step; in float32 against float64 the texts must agree for longer.</source>
        <translation>“生成”显示那一步的优势和误差；float32 对 float64 时，文本必须一致得更久。</translation>
    </message>
    <message>
        <source>Plain rounding: B lies further from float64 than A, and within what its type makes by itself.</source>
        <translation>单纯的舍入：B 离 float64 比 A 远，但在其类型自身造成的范围之内。</translation>
    </message>
    <message>
        <source>The band of B's run is the measure; a finer dtype in B must make it fall with its unit.</source>
        <translation>B 运行的噪声带就是尺度；B 换用更细的类型，它必须随其单位下降。</translation>
    </message>
    <message>
        <source>Plain rounding: the distance lies within the noise that the types of the two runs make by themselves.</source>
        <translation>单纯的舍入：距离在两次运行的类型自身造成的噪声之内。</translation>
    </message>
    <message>
        <source>Another order of sums (matmul.order) makes a distance of the same size.</source>
        <translation>另一种求和顺序（matmul.order）造成同样大小的距离。</translation>
    </message>
    <message>
        <source>One token cannot show it: at position 0 every rotation is nothing, no mask hides, no cache is read and a scatter has one place only.</source>
        <translation>一个词元显示不出来：位置 0 上任何旋转都不起作用，没有掩码遮挡，不读缓存，分散写入只有一个位置。</translation>
    </message>
    <message>
        <source>Compare at least a dozen tokens.</source>
        <translation>至少比较十几个词元。</translation>
    </message>
    <message>
        <source>Both runs wrote the same tokens; what differs is how they are read as text.</source>
        <translation>两次运行写出同样的词元；不同的是怎样把它们读成文本。</translation>
    </message>
    <message>
        <source>Set decode to one value in both runs, or compare ids; look at tokenizer_config.json for the class that each folder names.</source>
        <translation>在两次运行中把 decode 设为同一个值，或比较 id；看 tokenizer_config.json 中各文件夹指名的类。</translation>
    </message>
    <message>
        <source>Every bit is equal: what differs does not act on these tokens and this machine.</source>
        <translation>每一位都相等：不同之处在这些词元和这台机器上不起作用。</translation>
    </message>
    <message>
        <source>See what was not exercised; take a longer text, or matmul.order for the sums of another kernel.</source>
        <translation>看哪些没有被用到；换更长的文字，或用 matmul.order 得到另一种内核的求和。</translation>
    </message>
</context>
</TS>
