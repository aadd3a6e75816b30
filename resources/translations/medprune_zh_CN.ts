<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>Banner</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>CaseImages</name>
    <message>
        <source>Case {case}
{file}</source>
        <translation>病例 {case}
{file}</translation>
    </message>
    <message>
        <source>Image only</source>
        <translation>仅图像</translation>
    </message>
    <message>
        <source>Image with the original network&apos;s prediction</source>
        <translation>图像与原始网络的预测</translation>
    </message>
    <message>
        <source>Image with the pruned network&apos;s prediction</source>
        <translation>图像与剪枝后网络的预测</translation>
    </message>
    <message>
        <source>Mark differences</source>
        <translation>标出差异</translation>
    </message>
    <message>
        <source>Original: {prediction}</source>
        <translation>原始：{prediction}</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Pruned: {prediction}</source>
        <translation>剪枝后：{prediction}</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>参考</translation>
    </message>
    <message>
        <source>Where the two networks do not agree</source>
        <translation>两个网络不一致之处</translation>
    </message>
    <message>
        <source>networks differ</source>
        <translation>网络不一致</translation>
    </message>
    <message>
        <source>{case}, Dice against the reference</source>
        <translation>{case}，相对于参考的 Dice</translation>
    </message>
    <message>
        <source>{case}, reference: {truth}</source>
        <translation>{case}，参考：{truth}</translation>
    </message>
    <message>
        <source>{case}: reading...</source>
        <translation>{case}：正在读取...</translation>
    </message>
    <message>
        <source>{mean} ({parts})</source>
        <translation>{mean}（{parts}）</translation>
    </message>
    <message>
        <source>{prediction} (wrong)</source>
        <translation>{prediction}（错误）</translation>
    </message>
</context>
<context>
    <name>CaseModel</name>
    <message>
        <source>Case</source>
        <translation>病例</translation>
    </message>
    <message>
        <source>Case {case}
Patient {patient}</source>
        <translation>病例 {case}
患者 {patient}</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>变化</translation>
    </message>
    <message>
        <source>Dice orig.</source>
        <translation>Dice 原始</translation>
    </message>
    <message>
        <source>Dice pruned</source>
        <translation>Dice 剪枝后</translation>
    </message>
    <message>
        <source>Dice, mean over the structures; 1 is perfect</source>
        <translation>Dice，各结构的均值；1 为完全一致</translation>
    </message>
    <message>
        <source>Dice: original {original}, pruned {pruned}</source>
        <translation>Dice：原始 {original}，剪枝后 {pruned}</translation>
    </message>
    <message>
        <source>Orig.</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Probability that the network gives to the true class</source>
        <translation>网络给予真实类别的概率</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>参考</translation>
    </message>
    <message>
        <source>Reference {truth}</source>
        <translation>参考 {truth}</translation>
    </message>
    <message>
        <source>p orig.</source>
        <translation>p 原始</translation>
    </message>
    <message>
        <source>p pruned</source>
        <translation>p 剪枝后</translation>
    </message>
    <message>
        <source>{network}: {predicted}, {score} for the true class</source>
        <translation>{network}：{predicted}，真实类别 {score}</translation>
    </message>
</context>
<context>
    <name>CertificateDialog</name>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Channels that can only go together form a group. A trial removal proved the pruned network equal to the original with the same channels at zero; what failed the trial or has no safe rule stays.</source>
        <translation>只能一起移除的通道组成一组。试移除已证明，剪枝后的网络与相应通道置零的原始网络等价；未通过试验或没有安全规则的部分予以保留。</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Groups of channels</source>
        <translation>通道分组</translation>
    </message>
    <message>
        <source>Only groups that must stay ({n})</source>
        <translation>仅显示必须保留的分组（{n}）</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Prunable</source>
        <translation>可剪枝</translation>
    </message>
    <message>
        <source>What can be pruned</source>
        <translation>可剪枝的内容</translation>
    </message>
    <message>
        <source>Why not</source>
        <translation>不可剪枝的原因</translation>
    </message>
    <message>
        <source>no</source>
        <translation>否</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>是</translation>
    </message>
</context>
<context>
    <name>DataDialog</name>
    <message>
        <source> bits</source>
        <translation> 位</translation>
    </message>
    <message>
        <source>A folder per class</source>
        <translation>每类一个文件夹</translation>
    </message>
    <message>
        <source>A table of cases (CSV)</source>
        <translation>病例表（CSV）</translation>
    </message>
    <message>
        <source>Axial</source>
        <translation>横断面</translation>
    </message>
    <message>
        <source>Choose an existing file or folder</source>
        <translation>请选择已有的文件或文件夹</translation>
    </message>
    <message>
        <source>Choose data</source>
        <translation>选择数据</translation>
    </message>
    <message>
        <source>Choose the folder with a folder per class in it</source>
        <translation>请选择内含各类别子文件夹的文件夹</translation>
    </message>
    <message>
        <source>Choose the table itself, a CSV file</source>
        <translation>请选择病例表本身，即 CSV 文件</translation>
    </message>
    <message>
        <source>Choose where the images are.</source>
        <translation>请选择图像所在位置。</translation>
    </message>
    <message>
        <source>Class column</source>
        <translation>类别列</translation>
    </message>
    <message>
        <source>Classes</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Classes and splits</source>
        <translation>类别与划分</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状面</translation>
    </message>
    <message>
        <source>File column</source>
        <translation>文件列</translation>
    </message>
    <message>
        <source>For marking structures: NIfTI images and label maps</source>
        <translation>用于标注结构：NIfTI 图像与标签图</translation>
    </message>
    <message>
        <source>Gap in slices</source>
        <translation>间隔层数</translation>
    </message>
    <message>
        <source>Grey levels</source>
        <translation>灰阶</translation>
    </message>
    <message>
        <source>Grey values outside these percentiles are cut off: against single very bright pixels</source>
        <translation>超出这些百分位数的灰度值将被截断：避免个别极亮像素的影响</translation>
    </message>
    <message>
        <source>Image size</source>
        <translation>图像尺寸</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Images sorted into folders named by class</source>
        <translation>图像按类别名称分放在各文件夹中</translation>
    </message>
    <message>
        <source>Its columns are {names}</source>
        <translation>其列为 {names}</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Label maps</source>
        <translation>标签图</translation>
    </message>
    <message>
        <source>NIfTI (*.nii *.nii.gz *.img *.hdr);;All files (*)</source>
        <translation>NIfTI (*.nii *.nii.gz *.img *.hdr);;所有文件 (*)</translation>
    </message>
    <message>
        <source>One line an image: file, class, patient, split</source>
        <translation>每幅图像一行：文件、类别、患者、划分</translation>
    </message>
    <message>
        <source>Patient column</source>
        <translation>患者列</translation>
    </message>
    <message>
        <source>Percentiles</source>
        <translation>百分位数</translation>
    </message>
    <message>
        <source>Positive class</source>
        <translation>阳性类别</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状面</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>Slices left out between the parts where there is one volume only</source>
        <translation>只有一个容积时，各部分之间空出的层面</translation>
    </message>
    <message>
        <source>Split column</source>
        <translation>划分列</translation>
    </message>
    <message>
        <source>Test</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Use these data</source>
        <translation>使用这些数据</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Volumes with label maps</source>
        <translation>带标签图的容积数据</translation>
    </message>
    <message>
        <source>as found; or names separated by commas</source>
        <translation>按数据中所见；或以逗号分隔的名称</translation>
    </message>
    <message>
        <source>automatic; or the class that means ill</source>
        <translation>自动；或表示患病的类别</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>rows x columns</source>
        <translation>行 x 列</translation>
    </message>
    <message>
        <source>say which column holds the {field}</source>
        <translation>请指明哪一列包含 {field}</translation>
    </message>
    <message>
        <source>the table has no column {column}</source>
        <translation>表中没有列 {column}</translation>
    </message>
    <message>
        <source>there is nothing of this name</source>
        <translation>没有此名称的文件或文件夹</translation>
    </message>
    <message>
        <source>this is a file</source>
        <translation>这是一个文件</translation>
    </message>
    <message>
        <source>this is a folder</source>
        <translation>这是一个文件夹</translation>
    </message>
    <message>
        <source>to</source>
        <translation>至</translation>
    </message>
    <message>
        <source>{levels} grey levels</source>
        <translation>{levels} 级灰阶</translation>
    </message>
</context>
<context>
    <name>DataSection</name>
    <message>
        <source>A folder per class</source>
        <translation>每类一个文件夹</translation>
    </message>
    <message>
        <source>A table of cases</source>
        <translation>病例表</translation>
    </message>
    <message>
        <source>Choose data...</source>
        <translation>选择数据...</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Experiments (*.toml)</source>
        <translation>实验 (*.toml)</translation>
    </message>
    <message>
        <source>Experiments (*.toml);;All files (*)</source>
        <translation>实验 (*.toml);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Name of the experiment</source>
        <translation>实验名称</translation>
    </message>
    <message>
        <source>No data chosen yet.</source>
        <translation>尚未选择数据。</translation>
    </message>
    <message>
        <source>Open experiment</source>
        <translation>打开实验</translation>
    </message>
    <message>
        <source>Open experiment...</source>
        <translation>打开实验...</translation>
    </message>
    <message>
        <source>Save all settings as an experiment file; medprune run takes it too</source>
        <translation>将所有设置保存为实验文件；medprune run 也可使用</translation>
    </message>
    <message>
        <source>Save experiment</source>
        <translation>保存实验</translation>
    </message>
    <message>
        <source>Save...</source>
        <translation>保存...</translation>
    </message>
    <message>
        <source>Take all settings from an experiment file (TOML)</source>
        <translation>从实验文件（TOML）载入所有设置</translation>
    </message>
    <message>
        <source>Volumes with label maps</source>
        <translation>带标签图的容积数据</translation>
    </message>
    <message>
        <source>{kind}: {name}
{rows} x {columns} pixels, {levels} grey levels</source>
        <translation>{kind}：{name}
{rows} x {columns} 像素，{levels} 级灰阶</translation>
    </message>
</context>
<context>
    <name>EstimateSection</name>
    <message>
        <source>Calculating...</source>
        <translation>正在计算...</translation>
    </message>
    <message>
        <source>Choose data to see what pruning would leave.</source>
        <translation>请选择数据，以查看剪枝后剩余多少。</translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation>估计</translation>
    </message>
    <message>
        <source>Every group of channels, and why some must stay</source>
        <translation>每个通道分组，以及某些分组必须保留的原因</translation>
    </message>
    <message>
        <source>Exact: no (largest difference {error}).</source>
        <translation>精确：否（最大差异 {error}）。</translation>
    </message>
    <message>
        <source>Exact: yes, proven by trial (largest difference {error}).</source>
        <translation>精确：是，经试验证明（最大差异 {error}）。</translation>
    </message>
    <message>
        <source>Groups...</source>
        <translation>分组...</translation>
    </message>
    <message>
        <source>Layers and residual blocks can go whose output has the shape of their input: each is tried first.</source>
        <translation>输出与输入形状相同的层和残差块可以移除：每一个都先经过试验。</translation>
    </message>
    <message>
        <source>Lock groups of channels, or give them amounts of their own</source>
        <translation>锁定通道分组，或为其单独设定剪枝量</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Model file</source>
        <translation>模型文件</translation>
    </message>
    <message>
        <source>Nothing of this network can be pruned: see why below.</source>
        <translation>此网络没有可剪枝的部分：原因见下。</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>峰值内存</translation>
    </message>
    <message>
        <source>Prunable: {n} of {m} groups of channels.</source>
        <translation>可剪枝：{m} 个通道分组中的 {n} 个。</translation>
    </message>
    <message>
        <source>Rough: ranked by untrained weights; the run ranks by trained ones.</source>
        <translation>粗略：按未训练的权重排序；运行时按训练后的权重排序。</translation>
    </message>
    <message>
        <source>Sensitivity...</source>
        <translation>敏感性...</translation>
    </message>
    <message>
        <source>The estimate follows when sensitivity is measured.</source>
        <translation>测量敏感性之后给出估计。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Up to {parameters} of the parameters and {macs} of the MACs can go.</source>
        <translation>最多可去除 {parameters} 的参数和 {macs} 的 MACs。</translation>
    </message>
    <message>
        <source>Weights in single precision, without the file&apos;s header</source>
        <translation>单精度权重，不含文件头</translation>
    </message>
    <message>
        <source>What a forward pass holds at once at most, measured</source>
        <translation>一次前向传播最多同时占用的内存，实测</translation>
    </message>
    <message>
        <source>What can be pruned...</source>
        <translation>可剪枝的内容...</translation>
    </message>
    <message>
        <source>What pruning each group of channels costs on the validation cases</source>
        <translation>对每个通道分组剪枝在验证病例上的代价</translation>
    </message>
    <message>
        <source>Where channels are removed, groups can be locked or given amounts of their own</source>
        <translation>移除通道时，可以锁定分组或为其单独设定剪枝量</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>faster</source>
        <translation>更快</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>更少</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>更大</translation>
    </message>
    <message>
        <source>less</source>
        <translation>更少</translation>
    </message>
    <message>
        <source>more</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>slower</source>
        <translation>更慢</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>更小</translation>
    </message>
    <message>
        <source>{how}: measured, and predicted from measured times of layers</source>
        <translation>{how}：实测，并由各层的实测时间预测</translation>
    </message>
    <message>
        <source>{zeroed} zeroed</source>
        <translation>{zeroed} 置零</translation>
    </message>
</context>
<context>
    <name>EvaluationSection</name>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>AUC for two classes, accuracy for more, Dice for structures</source>
        <translation>两类用 AUC，多类用准确率，结构用 Dice</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>Margin</source>
        <translation>界值</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The largest loss that would still count as as good as the original</source>
        <translation>仍可视为与原始网络同样好的最大损失</translation>
    </message>
    <message>
        <source>The same seed repeats a run</source>
        <translation>相同的种子可重复一次运行</translation>
    </message>
</context>
<context>
    <name>EventLoopBorder</name>
    <message>
        <source>Something unforeseen went wrong ({kind}: {text}). You can go on with your work.</source>
        <translation>出现意外错误（{kind}：{text}）。您可以继续工作。</translation>
    </message>
    <message>
        <source>no further word</source>
        <translation>没有更多说明</translation>
    </message>
</context>
<context>
    <name>FloorForm</name>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Classes are listed here once data and network were looked at.</source>
        <translation>查看数据和网络之后，此处列出各类别。</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>How many smaller steps are tried after one that fell too far</source>
        <translation>某一步下降过多后，尝试多少个更小的步</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Of a class: against the rest</source>
        <translation>单个类别：与其余类别相对</translation>
    </message>
    <message>
        <source>Of a class: the share of its cases that is found</source>
        <translation>单个类别：其病例中被检出的比例</translation>
    </message>
    <message>
        <source>Over all</source>
        <translation>总体</translation>
    </message>
    <message>
        <source>Step back where this falls on the validation cases by more than</source>
        <translation>若该指标在验证病例上的下降超过此值则回退</translation>
    </message>
    <message>
        <source>The metric over all classes</source>
        <translation>所有类别的指标</translation>
    </message>
    <message>
        <source>The metric that the verdict is about</source>
        <translation>判定所依据的指标</translation>
    </message>
    <message>
        <source>The most that it may fall, in points from 0 to 1</source>
        <translation>允许的最大下降，以 0 到 1 的分数计</translation>
    </message>
    <message>
        <source>The verdict&apos;s</source>
        <translation>与判定相同</translation>
    </message>
    <message>
        <source>This schedule cuts once, so there is no smaller step to go back to. Choose another one.</source>
        <translation>此计划只剪一次，没有可退回的更小步。请选择其他计划。</translation>
    </message>
    <message>
        <source>Tries</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>{name}: may fall by</source>
        <translation>{name}：允许下降</translation>
    </message>
</context>
<context>
    <name>GroupTable</name>
    <message>
        <source>All weights that go with the group&apos;s channels; a weight between two groups counts in both</source>
        <translation>随该组通道一起移除的所有权重；位于两组之间的权重在两组中都计入</translation>
    </message>
    <message>
        <source>The parameters add up to {total}, more than the network&apos;s {parameters}: a weight between two groups counts in both.</source>
        <translation>参数合计 {total}，多于网络的 {parameters}：位于两组之间的权重在两组中都计入。</translation>
    </message>
</context>
<context>
    <name>GroupsDialog</name>
    <message>
        <source>Filter by name</source>
        <translation>按名称筛选</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>放弃这些设置</translation>
    </message>
    <message>
        <source>Groups of channels</source>
        <translation>通道分组</translation>
    </message>
    <message>
        <source>Set, but no prunable group of this network: {names}</source>
        <translation>已设置，但不是此网络的可剪枝分组：{names}</translation>
    </message>
    <message>
        <source>What is set here holds for one group alone, whatever the allocation says. Space locks the selected groups. Type into the framed cells to set an amount or the least channels, Delete empties them.</source>
        <translation>此处的设置只对该组有效，不受分配方式影响。空格键锁定所选分组。在带边框的单元格中输入剪枝量或最少通道数，Delete 清空。</translation>
    </message>
</context>
<context>
    <name>GroupsModel</name>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Least</source>
        <translation>最少</translation>
    </message>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>Nothing of a locked group is removed</source>
        <translation>锁定的分组不移除任何内容</translation>
    </message>
    <message>
        <source>Own amount</source>
        <translation>单独剪枝量</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Share of the group that goes; empty: as the allocation says</source>
        <translation>该组中移除的比例；留空：按分配方式</translation>
    </message>
    <message>
        <source>Stays: {reason}</source>
        <translation>保留：{reason}</translation>
    </message>
    <message>
        <source>The fewest channels that stay; empty: as for all groups</source>
        <translation>至少保留的通道数；留空：与所有分组相同</translation>
    </message>
    <message>
        <source>as all</source>
        <translation>与全部相同</translation>
    </message>
    <message>
        <source>it cannot be pruned</source>
        <translation>不能剪枝</translation>
    </message>
    <message>
        <source>stays</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>{text} is no number of channels: type 1 to {most}</source>
        <translation>{text} 不是通道数：请输入 1 到 {most}</translation>
    </message>
    <message>
        <source>{text} is no share: type 0 to 99.9, in percent</source>
        <translation>{text} 不是比例：请输入 0 到 99.9（百分比）</translation>
    </message>
</context>
<context>
    <name>GroupsTable</name>
    <message>
        <source>Channel groups</source>
        <translation>通道分组</translation>
    </message>
</context>
<context>
    <name>HeatDialog</name>
    <message>
        <source>Clear below</source>
        <translation>低于此值透明</translation>
    </message>
    <message>
        <source>Colours from</source>
        <translation>颜色从</translation>
    </message>
    <message>
        <source>Colours from the lowest to the highest value</source>
        <translation>从最低值到最高值的颜色</translation>
    </message>
    <message>
        <source>Colours of the heat map</source>
        <translation>热图的颜色</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>The last colour must stand for a higher value than the first.</source>
        <translation>最后一种颜色对应的值必须高于第一种颜色。</translation>
    </message>
    <message>
        <source>to</source>
        <translation>到</translation>
    </message>
</context>
<context>
    <name>ImageCanvas</name>
    <message>
        <source>Image {0} / {1}</source>
        <translation>图像 {0} / {1}</translation>
    </message>
    <message>
        <source>Slice {0} / {1}</source>
        <translation>层面 {0} / {1}</translation>
    </message>
    <message>
        <source>Zoom {0} %</source>
        <translation>缩放 {0} %</translation>
    </message>
    <message>
        <source>inverted</source>
        <translation>反相</translation>
    </message>
</context>
<context>
    <name>ImageTools</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Drawing the film ...</source>
        <translation>正在生成电影 ...</translation>
    </message>
    <message>
        <source>Films (*.gif *.mp4)</source>
        <translation>电影 (*.gif *.mp4)</translation>
    </message>
    <message>
        <source>List of measurements</source>
        <translation>测量列表</translation>
    </message>
    <message>
        <source>Mask from a range of values...</source>
        <translation>按数值范围生成掩膜...</translation>
    </message>
    <message>
        <source>No figure</source>
        <translation>不测量</translation>
    </message>
    <message>
        <source>Pictures (*.png *.jpg)</source>
        <translation>图片 (*.png *.jpg)</translation>
    </message>
    <message>
        <source>Remove all of this image</source>
        <translation>移除此图像的全部测量</translation>
    </message>
    <message>
        <source>Save all images</source>
        <translation>保存全部图像</translation>
    </message>
    <message>
        <source>Save measurements</source>
        <translation>保存测量</translation>
    </message>
    <message>
        <source>Save measurements...</source>
        <translation>保存测量...</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>保存电影</translation>
    </message>
    <message>
        <source>Save the picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>The left button sets the window</source>
        <translation>左键调节窗宽窗位</translation>
    </message>
    <message>
        <source>each image is a mosaic of several slices</source>
        <translation>每幅图像由多个层面拼成</translation>
    </message>
    <message>
        <source>from the straightened slices</source>
        <translation>按校正后的层面计算</translation>
    </message>
    <message>
        <source>several images lie at the same place</source>
        <translation>多幅图像位于同一位置</translation>
    </message>
    <message>
        <source>the files do not say how far apart or how thick the slices are</source>
        <translation>文件未说明层间距和层厚</translation>
    </message>
    <message>
        <source>the files do not say where the slices lie</source>
        <translation>文件未说明各层面的位置</translation>
    </message>
    <message>
        <source>the slices are not evenly spaced</source>
        <translation>层间距不均匀</translation>
    </message>
</context>
<context>
    <name>JobCurves</name>
    <message>
        <source>Curves appear with the first epoch.</source>
        <translation>第一轮训练后显示曲线。</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>训练轮数</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>Loss and quality during the run</source>
        <translation>运行期间的损失与质量</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>质量</translation>
    </message>
    <message>
        <source>accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>验证</translation>
    </message>
</context>
<context>
    <name>JobPanel</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cancelling...</source>
        <translation>正在取消...</translation>
    </message>
    <message>
        <source>Done in {time}</source>
        <translation>用时 {time} 完成</translation>
    </message>
    <message>
        <source>Done. The results stand in the comparison views.</source>
        <translation>已完成。结果见各比较视图。</translation>
    </message>
    <message>
        <source>Go on from the last saved state of this run</source>
        <translation>从此次运行最后保存的状态继续</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>No job yet</source>
        <translation>还没有任务</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Open report</source>
        <translation>打开报告</translation>
    </message>
    <message>
        <source>Press Start in the pruning panel. Progress, curves and log then stand here.</source>
        <translation>请在剪枝面板中按“开始”。进度、曲线和日志将显示在此处。</translation>
    </message>
    <message>
        <source>Progress of the whole job</source>
        <translation>整个任务的进度</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Stopped at {percent} after {time}</source>
        <translation>在 {percent} 处停止，用时 {time}</translation>
    </message>
    <message>
        <source>The cause is not known; see the log.</source>
        <translation>原因不明；请查看日志。</translation>
    </message>
    <message>
        <source>The job failed.</source>
        <translation>任务失败。</translation>
    </message>
    <message>
        <source>The job was cancelled.</source>
        <translation>任务已取消。</translation>
    </message>
    <message>
        <source>The report of this run, in the web browser</source>
        <translation>在网页浏览器中查看此次运行的报告</translation>
    </message>
    <message>
        <source>Waiting for the compute process...</source>
        <translation>正在等待计算进程...</translation>
    </message>
    <message>
        <source>What was done so far is kept: Resume goes on from there.</source>
        <translation>已完成的部分会保留：按“继续”从那里接着进行。</translation>
    </message>
    <message>
        <source>{n} images per second</source>
        <translation>每秒 {n} 幅图像</translation>
    </message>
    <message>
        <source>{percent} %</source>
        <translation>{percent} %</translation>
    </message>
    <message>
        <source>{percent}, {time} left</source>
        <translation>{percent}，剩余 {time}</translation>
    </message>
    <message>
        <source>{stage}: {step} of {total}</source>
        <translation>{stage}：{step} / {total}</translation>
    </message>
</context>
<context>
    <name>LabelMenu</name>
    <message>
        <source>Label {0}</source>
        <translation>标签 {0}</translation>
    </message>
    <message>
        <source>Outlines only</source>
        <translation>仅轮廓</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>以及另外 {0} 项</translation>
    </message>
</context>
<context>
    <name>LanguageMenu</name>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
</context>
<context>
    <name>LatencyPlot</name>
    <message>
        <source>Distribution of the latency of both networks</source>
        <translation>两个网络的延迟分布</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>Channels</source>
        <translation>通道</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Multiplications with addition for one image, before and after</source>
        <translation>每幅图像的乘加运算数，剪枝前后</translation>
    </message>
    <message>
        <source>Output channels before and after</source>
        <translation>输出通道数，剪枝前后</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Parameters set to zero: still stored and computed with</source>
        <translation>置零的参数：仍占存储并参与计算</translation>
    </message>
    <message>
        <source>Parameters that are gone: smaller and faster</source>
        <translation>已去除的参数：更小、更快</translation>
    </message>
    <message>
        <source>Parameters that are still there and not zeroed</source>
        <translation>仍在且未置零的参数</translation>
    </message>
    <message>
        <source>Removed</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Zeroed</source>
        <translation>置零</translation>
    </message>
    <message>
        <source>{name} ({kind}): {kept} of {before} parameters kept, {removed} removed, {zeroed} zeroed</source>
        <translation>{name}（{kind}）：{before} 个参数中保留 {kept}，移除 {removed}，置零 {zeroed}</translation>
    </message>
</context>
<context>
    <name>LayerTools</name>
    <message>
        <source>Colours of the heat map...</source>
        <translation>热图的颜色...</translation>
    </message>
    <message>
        <source>Filled or outlines only</source>
        <translation>填充或仅轮廓</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热图</translation>
    </message>
    <message>
        <source>Label map</source>
        <translation>标签图</translation>
    </message>
    <message>
        <source>Label map or heat map, as its values tell</source>
        <translation>标签图或热图（由数值决定）</translation>
    </message>
    <message>
        <source>Lay over as a heat map</source>
        <translation>作为热图叠加</translation>
    </message>
    <message>
        <source>Lay over as a label map</source>
        <translation>作为标签图叠加</translation>
    </message>
    <message>
        <source>Lay over this image</source>
        <translation>叠加到此图像上</translation>
    </message>
    <message>
        <source>Lay over this image...</source>
        <translation>叠加到此图像上...</translation>
    </message>
    <message>
        <source>Open as an image</source>
        <translation>作为图像打开</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>叠加层</translation>
    </message>
    <message>
        <source>Reading {0} ...</source>
        <translation>正在读取 {0} ...</translation>
    </message>
    <message>
        <source>Remove from this image</source>
        <translation>从此图像上移除</translation>
    </message>
    <message>
        <source>Show labels and differences</source>
        <translation>显示标签和差异</translation>
    </message>
    <message>
        <source>Show or hide all</source>
        <translation>全部显示或隐藏</translation>
    </message>
    <message>
        <source>{0} was not laid over the image, which is not on display any more.</source>
        <translation>{0} 未叠加：该图像已不再显示。</translation>
    </message>
</context>
<context>
    <name>LeftOutLine</name>
    <message>
        <source>1 damaged file was left out</source>
        <translation>已略过 1 个损坏的文件</translation>
    </message>
    <message>
        <source>1 file holds no image</source>
        <translation>1 个文件不含图像</translation>
    </message>
    <message>
        <source>{0} damaged files were left out</source>
        <translation>已略过 {0} 个损坏的文件</translation>
    </message>
    <message>
        <source>{0} files hold no image</source>
        <translation>{0} 个文件不含图像</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>另外 {0} 个</translation>
    </message>
</context>
<context>
    <name>LoadingBar</name>
    <message>
        <source>Slices read</source>
        <translation>已读取的层面</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>&amp;About MedPrune</source>
        <translation>关于 MedPrune(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>取消(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Grey levels</source>
        <translation>灰阶(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Image</source>
        <translation>图像(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Measure</source>
        <translation>测量(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Open images...</source>
        <translation>打开图像(&amp;O)...</translation>
    </message>
    <message>
        <source>&amp;Overlay</source>
        <translation>叠加层(&amp;O)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save experiment...</source>
        <translation>保存实验(&amp;S)...</translation>
    </message>
    <message>
        <source>&amp;Start</source>
        <translation>开始(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Zoom and turn</source>
        <translation>缩放与旋转(&amp;Z)</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>自动</translation>
    </message>
    <message>
        <source>Automatic window</source>
        <translation>自动窗宽窗位</translation>
    </message>
    <message>
        <source>Choose</source>
        <translation>选择</translation>
    </message>
    <message>
        <source>Click</source>
        <translation>单击</translation>
    </message>
    <message>
        <source>Crosshair</source>
        <translation>十字线</translation>
    </message>
    <message>
        <source>DICOM &amp;tags...</source>
        <translation>DICOM 标签(&amp;T)...</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Delete</translation>
    </message>
    <message>
        <source>Double click</source>
        <translation>双击</translation>
    </message>
    <message>
        <source>Drawn figures</source>
        <translation>已绘制的图形</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>First slice</source>
        <translation>第一层</translation>
    </message>
    <message>
        <source>First window, first sides, whole image</source>
        <translation>恢复初始窗宽窗位、初始方位和整幅图像</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应</translation>
    </message>
    <message>
        <source>Fit the window to this slice</source>
        <translation>按此层面调整窗宽窗位</translation>
    </message>
    <message>
        <source>Fit to window</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Fit, or image alone and back</source>
        <translation>适应窗口，或单独显示该图像并返回</translation>
    </message>
    <message>
        <source>Give up, no tool</source>
        <translation>放弃，不用工具</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Invert</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>Invert grey levels</source>
        <translation>灰阶反相</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Last slice</source>
        <translation>最后一层</translation>
    </message>
    <message>
        <source>Left drag</source>
        <translation>左键拖动</translation>
    </message>
    <message>
        <source>Middle or Shift+left drag</source>
        <translation>按住中键或 Shift+左键拖动</translation>
    </message>
    <message>
        <source>Mouse on an image</source>
        <translation>图像上的鼠标操作</translation>
    </message>
    <message>
        <source>Move it, or a point</source>
        <translation>移动图形或某个点</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>姓名</translation>
    </message>
    <message>
        <source>Names, dates and identifiers</source>
        <translation>姓名、日期和标识</translation>
    </message>
    <message>
        <source>Next case</source>
        <translation>下一个病例</translation>
    </message>
    <message>
        <source>Next series</source>
        <translation>下一个序列</translation>
    </message>
    <message>
        <source>Next slice</source>
        <translation>下一层</translation>
    </message>
    <message>
        <source>Next time or echo</source>
        <translation>下一个时相或回波</translation>
    </message>
    <message>
        <source>Open &amp;experiment...</source>
        <translation>打开实验(&amp;E)...</translation>
    </message>
    <message>
        <source>Open &amp;folder...</source>
        <translation>打开文件夹(&amp;F)...</translation>
    </message>
    <message>
        <source>Open &amp;run...</source>
        <translation>打开运行结果(&amp;R)...</translation>
    </message>
    <message>
        <source>Open re&amp;port</source>
        <translation>打开报告(&amp;P)</translation>
    </message>
    <message>
        <source>Open run &amp;folder</source>
        <translation>打开运行文件夹(&amp;F)</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>平移</translation>
    </message>
    <message>
        <source>Predictions</source>
        <translation>预测</translation>
    </message>
    <message>
        <source>Previous case</source>
        <translation>上一个病例</translation>
    </message>
    <message>
        <source>Previous series</source>
        <translation>上一个序列</translation>
    </message>
    <message>
        <source>Previous slice</source>
        <translation>上一层</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>重置</translation>
    </message>
    <message>
        <source>Reset view</source>
        <translation>重置视图</translation>
    </message>
    <message>
        <source>Right drag, Ctrl+wheel</source>
        <translation>右键拖动，Ctrl+滚轮</translation>
    </message>
    <message>
        <source>Run: {name} ({folder})</source>
        <translation>运行：{name}（{folder}）</translation>
    </message>
    <message>
        <source>S&amp;ensitivity...</source>
        <translation>敏感性(&amp;E)...</translation>
    </message>
    <message>
        <source>Save &amp;all images...</source>
        <translation>保存全部图像(&amp;A)...</translation>
    </message>
    <message>
        <source>Save &amp;picture...</source>
        <translation>保存图片(&amp;P)...</translation>
    </message>
    <message>
        <source>Save all images &amp;with names...</source>
        <translation>保存含姓名的全部图像(&amp;W)...</translation>
    </message>
    <message>
        <source>Save fi&amp;lm...</source>
        <translation>保存电影(&amp;L)...</translation>
    </message>
    <message>
        <source>Save picture with &amp;names...</source>
        <translation>保存含姓名的图片(&amp;N)...</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
    <message>
        <source>Shift+move</source>
        <translation>Shift+移动</translation>
    </message>
    <message>
        <source>Show names, dates and identifiers</source>
        <translation>显示姓名、日期和标识</translation>
    </message>
    <message>
        <source>Show the whole image</source>
        <translation>显示整幅图像</translation>
    </message>
    <message>
        <source>Slices</source>
        <translation>层面</translation>
    </message>
    <message>
        <source>Sparsity</source>
        <translation>稀疏度</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Ten slices back</source>
        <translation>后退十层</translation>
    </message>
    <message>
        <source>Ten slices on</source>
        <translation>前进十层</translation>
    </message>
    <message>
        <source>Time or echo before</source>
        <translation>上一个时相或回波</translation>
    </message>
    <message>
        <source>Turn black and white round</source>
        <translation>黑白反转</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>滚轮</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>缩小</translation>
    </message>
</context>
<context>
    <name>MeasurementList</name>
    <message>
        <source>Choose Length, Angle, Rectangle or Ellipse above the image, and draw.</source>
        <translation>请在图像上方选择长度、角度、矩形或椭圆，然后绘制。</translation>
    </message>
    <message>
        <source>Measurements</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove the chosen measurement (Delete)</source>
        <translation>移除所选测量（Delete）</translation>
    </message>
    <message>
        <source>Save as CSV...</source>
        <translation>另存为 CSV...</translation>
    </message>
</context>
<context>
    <name>MeasurementModel</name>
    <message>
        <source>Figure</source>
        <translation>图形</translation>
    </message>
    <message>
        <source>Found</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
</context>
<context>
    <name>Measurements</name>
    <message>
        <source>Angle</source>
        <translation>角度</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>椭圆</translation>
    </message>
    <message>
        <source>Length</source>
        <translation>长度</translation>
    </message>
    <message>
        <source>Mean {0}  SD {1}</source>
        <translation>均值 {0}  SD {1}</translation>
    </message>
    <message>
        <source>Min {0}  Max {1}</source>
        <translation>最小 {0}  最大 {1}</translation>
    </message>
    <message>
        <source>Probe</source>
        <translation>测点</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>矩形</translation>
    </message>
</context>
<context>
    <name>Metric</name>
    <message>
        <source>Accuracy</source>
        <translation>准确率</translation>
    </message>
    <message>
        <source>Balanced accuracy</source>
        <translation>平衡准确率</translation>
    </message>
    <message>
        <source>Dice</source>
        <translation>Dice</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>敏感度</translation>
    </message>
    <message>
        <source>Specificity</source>
        <translation>特异度</translation>
    </message>
</context>
<context>
    <name>NetworkSection</name>
    <message>
        <source>A common strong classifier. Speeds up well when channels are removed.</source>
        <translation>常用的强分类网络。移除通道后明显提速。</translation>
    </message>
    <message>
        <source>Article network</source>
        <translation>论文网络</translation>
    </message>
    <message>
        <source>Attention U-Net</source>
        <translation>注意力 U-Net</translation>
    </message>
    <message>
        <source>Attention over patches of the picture. Wants many cases; whole heads and hidden widths can be pruned.</source>
        <translation>对图像块施加注意力。需要大量病例；可剪除整个注意力头和隐藏宽度。</translation>
    </message>
    <message>
        <source>Attention within shifted windows, with the decoder of a U-Net.</source>
        <translation>移位窗口内的注意力，带 U-Net 解码器。</translation>
    </message>
    <message>
        <source>Common for chest X-rays. Many small layers: pruned, it speeds up less than its figures suggest.</source>
        <translation>常用于胸部 X 线片。小层很多：剪枝后的提速低于其数字所示。</translation>
    </message>
    <message>
        <source>Correct the network&apos;s parameters first.</source>
        <translation>请先更正网络的参数。</translation>
    </message>
    <message>
        <source>Deeper, with bottlenecks. For large collections; training takes several times as long as with ResNet-18.</source>
        <translation>更深，采用瓶颈结构。适合大型数据集；训练时间是 ResNet-18 的数倍。</translation>
    </message>
    <message>
        <source>DenseNet-121</source>
        <translation>DenseNet-121</translation>
    </message>
    <message>
        <source>EfficientNet</source>
        <translation>EfficientNet</translation>
    </message>
    <message>
        <source>Few parameters and few operations for its accuracy, from b0 (smallest) to b7.</source>
        <translation>以较少的参数和运算达到相应精度，从 b0（最小）到 b7。</translation>
    </message>
    <message>
        <source>Five 3x3 convolutions with pooling and two dense layers. Small and quick; a good first choice.</source>
        <translation>五个带池化的 3x3 卷积层和两个全连接层。小而快；适合首选。</translation>
    </message>
    <message>
        <source>From a Python file...</source>
        <translation>来自 Python 文件...</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>ResNet-18</source>
        <translation>ResNet-18</translation>
    </message>
    <message>
        <source>ResNet-18 with twice as many layers.</source>
        <translation>层数为 ResNet-18 的两倍。</translation>
    </message>
    <message>
        <source>ResNet-34</source>
        <translation>ResNet-34</translation>
    </message>
    <message>
        <source>ResNet-50</source>
        <translation>ResNet-50</translation>
    </message>
    <message>
        <source>ResNet-50 that weighs its channels by what the picture holds (squeeze and excitation).</source>
        <translation>根据图像内容为通道加权的 ResNet-50（挤压与激励）。</translation>
    </message>
    <message>
        <source>Residual encoder with a light decoder; won the brain tumour challenge of 2018.</source>
        <translation>残差编码器加轻量解码器；2018 年脑肿瘤分割挑战赛冠军。</translation>
    </message>
    <message>
        <source>Residual levels with kernels of five places; large.</source>
        <translation>带五点卷积核的残差层；体积较大。</translation>
    </message>
    <message>
        <source>SE-ResNet-50</source>
        <translation>SE-ResNet-50</translation>
    </message>
    <message>
        <source>SegResNet</source>
        <translation>SegResNet</translation>
    </message>
    <message>
        <source>Swin UNETR</source>
        <translation>Swin UNETR</translation>
    </message>
    <message>
        <source>The network of nnU-Net, with instance normalisation and strided convolutions.</source>
        <translation>nnU-Net 所用网络，采用实例归一化和步进卷积。</translation>
    </message>
    <message>
        <source>The usual network for marking structures, slice by slice.</source>
        <translation>逐层标注结构的常用网络。</translation>
    </message>
    <message>
        <source>There is no network called {name}. Choose another one.</source>
        <translation>没有名为 {name} 的网络。请选择其他网络。</translation>
    </message>
    <message>
        <source>Trained weights</source>
        <translation>已训练的权重</translation>
    </message>
    <message>
        <source>Trained weights (optional)</source>
        <translation>已训练的权重（可选）</translation>
    </message>
    <message>
        <source>Two convolutions a level, four levels. Takes pictures of any size.</source>
        <translation>每层两次卷积，共四层。接受任意尺寸的图像。</translation>
    </message>
    <message>
        <source>U-Net with gates that weigh what the upper levels see, for small structures.</source>
        <translation>带门控、为上层特征加权的 U-Net，适合小结构。</translation>
    </message>
    <message>
        <source>U-Net with residual units</source>
        <translation>带残差单元的 U-Net</translation>
    </message>
    <message>
        <source>U-Net, plain</source>
        <translation>普通 U-Net</translation>
    </message>
    <message>
        <source>UNETR</source>
        <translation>UNETR</translation>
    </message>
    <message>
        <source>V-Net</source>
        <translation>V-Net</translation>
    </message>
    <message>
        <source>Vision transformer</source>
        <translation>视觉 Transformer</translation>
    </message>
    <message>
        <source>Vision transformer with the decoder of a U-Net. Wants many cases.</source>
        <translation>带 U-Net 解码器的视觉 Transformer。需要大量病例。</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pt *.pth);;All files (*)</source>
        <translation>权重 (*.safetensors *.pt *.pth);;所有文件 (*)</translation>
    </message>
    <message>
        <source>nnU-Net</source>
        <translation>nnU-Net</translation>
    </message>
    <message>
        <source>none: train from scratch</source>
        <translation>无：从头训练</translation>
    </message>
    <message>
        <source>{file} has not been confirmed as it is now. Choose it once more, from a Python file.</source>
        <translation>{file} 当前内容尚未确认。请再次从 Python 文件中选择。</translation>
    </message>
    <message>
        <source>{network} cannot mark structures. Choose {names}.</source>
        <translation>{network} 不能标注结构。请选择 {names}。</translation>
    </message>
    <message>
        <source>{network} cannot tell classes apart. Choose {names}.</source>
        <translation>{network} 不能区分类别。请选择 {names}。</translation>
    </message>
</context>
<context>
    <name>OverlayMenu</name>
    <message>
        <source>Drawn over the image by the file: {0}</source>
        <translation>文件在图像上绘制的叠加：{0}</translation>
    </message>
    <message>
        <source>Labels</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>without a name</source>
        <translation>未命名</translation>
    </message>
</context>
<context>
    <name>OwnNetwork</name>
    <message>
        <source>&lt;b&gt;{file}&lt;/b&gt; is a program. It runs with all that you may do, on your files too.</source>
        <translation>&lt;b&gt;{file}&lt;/b&gt; 是程序。它以您的全部权限运行，也可访问您的文件。</translation>
    </message>
    <message>
        <source>It may run</source>
        <translation>允许运行</translation>
    </message>
    <message>
        <source>May this file run?</source>
        <translation>允许运行此文件吗？</translation>
    </message>
    <message>
        <source>Network from a Python file</source>
        <translation>来自 Python 文件的网络</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>没有网络</translation>
    </message>
    <message>
        <source>Python files (*.py)</source>
        <translation>Python 文件 (*.py)</translation>
    </message>
    <message>
        <source>Read it before you confirm. This is asked again when the file has changed.

SHA-256 {hash}</source>
        <translation>确认前请阅读。文件更改后会再次询问。

SHA-256 {hash}</translation>
    </message>
    <message>
        <source>Which function builds the network?</source>
        <translation>由哪个函数构建网络？</translation>
    </message>
    <message>
        <source>{file} has no function or class that takes {keywords}, which MedPrune builds networks with.</source>
        <translation>{file} 中没有接受 {keywords} 的函数或类，MedPrune 以此构建网络。</translation>
    </message>
</context>
<context>
    <name>ParameterForm</name>
    <message>
        <source>Default: {default}</source>
        <translation>默认：{default}</translation>
    </message>
</context>
<context>
    <name>PathEdit</name>
    <message>
        <source>File...</source>
        <translation>文件...</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>文件夹...</translation>
    </message>
    <message>
        <source>{name}: choose a file</source>
        <translation>{name}：选择文件</translation>
    </message>
    <message>
        <source>{name}: choose a folder</source>
        <translation>{name}：选择文件夹</translation>
    </message>
</context>
<context>
    <name>PlanChoices</name>
    <message>
        <source>A baseline that every other choice should beat</source>
        <translation>其他任何选择都应优于此基线</translation>
    </message>
    <message>
        <source>All weights of an output are set to zero</source>
        <translation>一个输出的全部权重置零</translation>
    </message>
    <message>
        <source>As Taylor, but weights of a channel whose effects cancel count as one</source>
        <translation>同 Taylor，但一个通道中作用相互抵消的权重合并计算</translation>
    </message>
    <message>
        <source>Blocks, zeroed</source>
        <translation>块，置零</translation>
    </message>
    <message>
        <source>By sensitivity</source>
        <translation>按敏感性</translation>
    </message>
    <message>
        <source>Channels, removed</source>
        <translation>通道，移除</translation>
    </message>
    <message>
        <source>Connection sensitivity (SNIP)</source>
        <translation>连接敏感性（SNIP）</translation>
    </message>
    <message>
        <source>Curvature of the loss (OBD)</source>
        <translation>损失的曲率（OBD）</translation>
    </message>
    <message>
        <source>Each layer alike</source>
        <translation>各层相同</translation>
    </message>
    <message>
        <source>Effect of whole channels (Taylor)</source>
        <translation>整个通道的作用（Taylor）</translation>
    </message>
    <message>
        <source>Effect on the loss (Taylor)</source>
        <translation>对损失的作用（Taylor）</translation>
    </message>
    <message>
        <source>Every layer loses the same share</source>
        <translation>每层去除相同的比例</translation>
    </message>
    <message>
        <source>Filters, zeroed</source>
        <translation>滤波器，置零</translation>
    </message>
    <message>
        <source>Gradient flow (GraSP)</source>
        <translation>梯度流（GraSP）</translation>
    </message>
    <message>
        <source>In small steps, each from the layer whose loss costs least on validation cases: takes long</source>
        <translation>小步进行，每步取自在验证病例上代价最小的层：耗时较长</translation>
    </message>
    <message>
        <source>Kernels, zeroed</source>
        <translation>卷积核，置零</translation>
    </message>
    <message>
        <source>Layers whose pruning costs less on the validation cases lose more</source>
        <translation>剪枝后在验证病例上代价较小的层去除更多</translation>
    </message>
    <message>
        <source>Layers with unimportant channels lose more</source>
        <translation>不重要通道较多的层去除更多</translation>
    </message>
    <message>
        <source>Layers, removed</source>
        <translation>层，移除</translation>
    </message>
    <message>
        <source>Least important: channels that are mostly zero on training cases</source>
        <translation>最不重要：在训练病例上大多为零的通道</translation>
    </message>
    <message>
        <source>Least important: channels that resemble the others of their group</source>
        <translation>最不重要：与同组其他通道相似的通道</translation>
    </message>
    <message>
        <source>Least important: channels that the normalisation layer scales down; suits networks trained with slimming</source>
        <translation>最不重要：被归一化层缩小的通道；适合用 slimming 训练的网络</translation>
    </message>
    <message>
        <source>Least important: channels whose pictures hold little information, measured on training cases</source>
        <translation>最不重要：特征图信息量少的通道，在训练病例上测量</translation>
    </message>
    <message>
        <source>Least important: small weights on weak inputs, measured on training cases</source>
        <translation>最不重要：弱输入上的小权重，在训练病例上测量</translation>
    </message>
    <message>
        <source>Least important: small weights, measured against the larger ones of their layer</source>
        <translation>最不重要：与同层较大权重相比较小的权重</translation>
    </message>
    <message>
        <source>Least important: the smallest sum of absolute weights</source>
        <translation>最不重要：权重绝对值之和最小</translation>
    </message>
    <message>
        <source>Least important: the smallest sum of squared weights</source>
        <translation>最不重要：权重平方和最小</translation>
    </message>
    <message>
        <source>Least important: weights on weak paths from input to output; no cases needed, best in many steps</source>
        <translation>最不重要：输入到输出弱路径上的权重；不需要病例，宜分多步进行</translation>
    </message>
    <message>
        <source>Least important: weights that a short trial training moves towards zero</source>
        <translation>最不重要：在短暂的试训练中趋向零的权重</translation>
    </message>
    <message>
        <source>Least important: weights to which the loss is least sensitive; also for untrained networks</source>
        <translation>最不重要：损失对其最不敏感的权重；也适用于未训练的网络</translation>
    </message>
    <message>
        <source>Least important: weights whose removal changes the loss least, estimated on training cases</source>
        <translation>最不重要：移除后损失变化最小的权重，在训练病例上估计</translation>
    </message>
    <message>
        <source>Least important: weights whose removal raises the loss least at a minimum, estimated on training cases</source>
        <translation>最不重要：在极小点处移除后损失增加最少的权重，在训练病例上估计</translation>
    </message>
    <message>
        <source>Least important: weights without which the network would learn best; for untrained networks</source>
        <translation>最不重要：没有它们网络反而学得最好的权重；用于未训练的网络</translation>
    </message>
    <message>
        <source>Looks at training cases</source>
        <translation>需要查看训练病例</translation>
    </message>
    <message>
        <source>Movement in fine-tuning</source>
        <translation>微调中的移动</translation>
    </message>
    <message>
        <source>N:M pattern, zeroed</source>
        <translation>N:M 模式，置零</translation>
    </message>
    <message>
        <source>Normalisation scale</source>
        <translation>归一化尺度</translation>
    </message>
    <message>
        <source>Of each 4 weights 2 stay, or as the pattern says</source>
        <translation>每 4 个权重保留 2 个，或按所设模式</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Rank by</source>
        <translation>排序依据</translation>
    </message>
    <message>
        <source>Rank of feature maps (HRank)</source>
        <translation>特征图的秩（HRank）</translation>
    </message>
    <message>
        <source>Rectangles of a layer&apos;s weights are set to zero</source>
        <translation>将一层权重中的矩形块置零</translation>
    </message>
    <message>
        <source>Redundant filters (FPGM)</source>
        <translation>冗余滤波器（FPGM）</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Silent channels (APoZ)</source>
        <translation>静默通道（APoZ）</translation>
    </message>
    <message>
        <source>Single weights are set to zero and stay in place</source>
        <translation>单个权重置零，但仍留在原位</translation>
    </message>
    <message>
        <source>Synaptic flow (SynFlow)</source>
        <translation>突触流（SynFlow）</translation>
    </message>
    <message>
        <source>Weight size (L1)</source>
        <translation>权重大小（L1）</translation>
    </message>
    <message>
        <source>Weight size (L2)</source>
        <translation>权重大小（L2）</translation>
    </message>
    <message>
        <source>Weight size, layers balanced (LAMP)</source>
        <translation>权重大小，各层平衡（LAMP）</translation>
    </message>
    <message>
        <source>Weights and their inputs (Wanda)</source>
        <translation>权重及其输入（Wanda）</translation>
    </message>
    <message>
        <source>Weights, zeroed</source>
        <translation>权重，置零</translation>
    </message>
    <message>
        <source>What links one channel to another is set to zero</source>
        <translation>将一个通道到另一个通道的连接置零</translation>
    </message>
    <message>
        <source>Whichever costs least</source>
        <translation>代价最小者</translation>
    </message>
    <message>
        <source>Whole blocks go where shapes stay the same</source>
        <translation>形状不变之处移除整个块</translation>
    </message>
    <message>
        <source>Whole channels go: smaller and faster</source>
        <translation>移除整个通道：更小、更快</translation>
    </message>
    <message>
        <source>Whole network</source>
        <translation>整个网络</translation>
    </message>
    <message>
        <source>Within</source>
        <translation>范围</translation>
    </message>
</context>
<context>
    <name>PlanHistory</name>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo {what}</source>
        <translation>重做{what}(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Undo {what}</source>
        <translation>撤销{what}(&amp;U)</translation>
    </message>
    <message>
        <source>allocation</source>
        <translation>分配方式</translation>
    </message>
    <message>
        <source>amount</source>
        <translation>剪枝量</translation>
    </message>
    <message>
        <source>block</source>
        <translation>块</translation>
    </message>
    <message>
        <source>floor</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>group settings</source>
        <translation>分组设置</translation>
    </message>
    <message>
        <source>growing penalty</source>
        <translation>递增惩罚</translation>
    </message>
    <message>
        <source>least channels</source>
        <translation>最少通道数</translation>
    </message>
    <message>
        <source>pattern</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>pruning settings</source>
        <translation>剪枝设置</translation>
    </message>
    <message>
        <source>ranking</source>
        <translation>排序依据</translation>
    </message>
    <message>
        <source>rewinding</source>
        <translation>权重回退</translation>
    </message>
    <message>
        <source>rounding</source>
        <translation>取整</translation>
    </message>
    <message>
        <source>schedule</source>
        <translation>剪枝计划</translation>
    </message>
    <message>
        <source>soft rule</source>
        <translation>软剪枝规则</translation>
    </message>
    <message>
        <source>steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>what is removed</source>
        <translation>剪除对象</translation>
    </message>
</context>
<context>
    <name>PlanWords</name>
    <message>
        <source>Channels are removed until at most this share of {what} remains.</source>
        <translation>移除通道，直到{what}最多剩余此比例。</translation>
    </message>
    <message>
        <source>Channels are removed until no more than this remains of {what}.</source>
        <translation>移除通道，直到{what}不超过此值。</translation>
    </message>
    <message>
        <source>Layers are removed until no more than this remains of {what}.</source>
        <translation>移除层，直到{what}不超过此值。</translation>
    </message>
    <message>
        <source>Layers whose inputs the pattern does not divide are left whole.</source>
        <translation>输入数不能被模式整除的层保持完整。</translation>
    </message>
    <message>
        <source>Layers without kernels are left whole.</source>
        <translation>没有卷积核的层保持完整。</translation>
    </message>
    <message>
        <source>The network&apos;s own outputs are left whole.</source>
        <translation>网络自身的输出保持完整。</translation>
    </message>
    <message>
        <source>This share of the channels is removed.</source>
        <translation>移除此比例的通道。</translation>
    </message>
    <message>
        <source>This share of the removable layers goes.</source>
        <translation>移除此比例的可移除层。</translation>
    </message>
    <message>
        <source>Zeroed weights make the file smaller only when it is compressed, and the network no faster.</source>
        <translation>置零的权重只有在文件压缩后才使其变小，且不会使网络更快。</translation>
    </message>
    <message>
        <source>the bytes held at once</source>
        <translation>同时占用的字节数</translation>
    </message>
    <message>
        <source>the measured time</source>
        <translation>实测时间</translation>
    </message>
    <message>
        <source>the model file&apos;s bytes</source>
        <translation>模型文件的字节数</translation>
    </message>
    <message>
        <source>the parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>the work per image (MACs)</source>
        <translation>每幅图像的计算量（MACs）</translation>
    </message>
</context>
<context>
    <name>PlanesView</name>
    <message>
        <source>Axial</source>
        <translation>横断面</translation>
    </message>
    <message>
        <source>Coronal</source>
        <translation>冠状面</translation>
    </message>
    <message>
        <source>Drawings of the file:
on its own slices only</source>
        <translation>文件自带的图形：
仅在原始层面显示</translation>
    </message>
    <message>
        <source>No planes of this series</source>
        <translation>此序列没有可用的平面</translation>
    </message>
    <message>
        <source>Resampled</source>
        <translation>重建</translation>
    </message>
    <message>
        <source>Sagittal</source>
        <translation>矢状面</translation>
    </message>
    <message>
        <source>Straightening the slices ...</source>
        <translation>正在校正层面 ...</translation>
    </message>
</context>
<context>
    <name>PredictionsView</name>
    <message>
        <source>All cases</source>
        <translation>全部病例</translation>
    </message>
    <message>
        <source>Both poor (Dice below {limit})</source>
        <translation>两者均差（Dice 低于 {limit}）</translation>
    </message>
    <message>
        <source>Both wrong</source>
        <translation>两者均错</translation>
    </message>
    <message>
        <source>Correct → wrong</source>
        <translation>正确 → 错误</translation>
    </message>
    <message>
        <source>Dice changed by more than the margin</source>
        <translation>Dice 变化超过界值</translation>
    </message>
    <message>
        <source>Disagreements</source>
        <translation>不一致</translation>
    </message>
    <message>
        <source>No case fits. Choose another filter or clear the search.</source>
        <translation>没有符合的病例。请选择其他筛选条件或清除搜索。</translation>
    </message>
    <message>
        <source>No predictions to compare yet</source>
        <translation>还没有可比较的预测</translation>
    </message>
    <message>
        <source>Pruned better by more than the margin</source>
        <translation>剪枝后好出界值以上</translation>
    </message>
    <message>
        <source>Pruned worse by more than the margin</source>
        <translation>剪枝后差出界值以上</translation>
    </message>
    <message>
        <source>Search case, patient, class</source>
        <translation>搜索病例、患者、类别</translation>
    </message>
    <message>
        <source>Search cases</source>
        <translation>搜索病例</translation>
    </message>
    <message>
        <source>Start a run in the pruning panel, or open the folder of a finished one. Every test case then stands here as both networks saw it.</source>
        <translation>请在剪枝面板中开始运行，或打开已完成运行的文件夹。每个测试病例将在此处显示两个网络的判断。</translation>
    </message>
    <message>
        <source>Test cases</source>
        <translation>测试病例</translation>
    </message>
    <message>
        <source>Which cases are listed</source>
        <translation>列出哪些病例</translation>
    </message>
    <message>
        <source>Wrong → correct</source>
        <translation>错误 → 正确</translation>
    </message>
    <message>
        <source>{shown} of {all} cases. J: next, K: previous.</source>
        <translation>{all} 个病例中的 {shown} 个。J：下一个，K：上一个。</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>bone</source>
        <translation>骨</translation>
    </message>
    <message>
        <source>brain</source>
        <translation>脑</translation>
    </message>
    <message>
        <source>liver</source>
        <translation>肝</translation>
    </message>
    <message>
        <source>lung</source>
        <translation>肺</translation>
    </message>
    <message>
        <source>soft tissue</source>
        <translation>软组织</translation>
    </message>
</context>
<context>
    <name>PruningPanel</name>
    <message>
        <source>A job is running. Wait for it, or cancel it.</source>
        <translation>有任务正在运行。请等待，或将其取消。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose data or open an experiment first.</source>
        <translation>请先选择数据或打开实验。</translation>
    </message>
    <message>
        <source>Fine-tuning</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start writes a new folder in {place}</source>
        <translation>“开始”将在 {place} 中新建文件夹</translation>
    </message>
    <message>
        <source>Stop the running job; it can be resumed</source>
        <translation>停止正在运行的任务；以后可以继续</translation>
    </message>
    <message>
        <source>The network has trained weights: the original is not trained again.</source>
        <translation>网络已有训练好的权重：不再训练原始网络。</translation>
    </message>
    <message>
        <source>Train, prune, fine-tune and compare</source>
        <translation>训练、剪枝、微调并比较</translation>
    </message>
    <message>
        <source>Training of the original</source>
        <translation>原始网络的训练</translation>
    </message>
</context>
<context>
    <name>PruningSection</name>
    <message>
        <source>Floor</source>
        <translation>下限</translation>
    </message>
    <message>
        <source>Pruning</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Schedule and limits</source>
        <translation>计划与限制</translation>
    </message>
</context>
<context>
    <name>QWidget</name>
    <message>
        <source>&lt;h2&gt;MedPrune {version}&lt;/h2&gt;&lt;p&gt;Prunes and fine-tunes diagnostic networks and shows, case by case, whether the smaller one is as good.&lt;/p&gt;&lt;p&gt;&lt;b&gt;For research use only. Not for diagnosis.&lt;/b&gt;&lt;br&gt;MedPrune is no medical device. Nothing it shows may be used to decide about a patient.&lt;/p&gt;&lt;p&gt;Apache License 2.0. Qt for Python is used under the LGPL 3.&lt;/p&gt;</source>
        <translation>&lt;h2&gt;MedPrune {version}&lt;/h2&gt;&lt;p&gt;对诊断网络进行剪枝和微调，并逐例显示较小的网络是否同样好。&lt;/p&gt;&lt;p&gt;&lt;b&gt;仅供研究使用，不得用于诊断。&lt;/b&gt;&lt;br&gt;MedPrune 不是医疗器械。不得依据其显示的任何内容对患者作出决定。&lt;/p&gt;&lt;p&gt;Apache License 2.0。Qt for Python 依 LGPL 3 许可使用。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>About MedPrune</source>
        <translation>关于 MedPrune</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Measurements within</source>
        <translation>在此时间内的测量</translation>
    </message>
    <message>
        <source>Milliseconds for one batch</source>
        <translation>一个批次的毫秒数</translation>
    </message>
    <message>
        <source>Time for one batch</source>
        <translation>一个批次的时间</translation>
    </message>
</context>
<context>
    <name>Quantities</name>
    <message>
        <source>nothing left</source>
        <translation>没有剩余</translation>
    </message>
    <message>
        <source>unchanged</source>
        <translation>不变</translation>
    </message>
    <message>
        <source>{value} ({low} to {high})</source>
        <translation>{value}（{low} 至 {high}）</translation>
    </message>
</context>
<context>
    <name>RangeMaskDialog</name>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Keep over the image</source>
        <translation>保留在图像上</translation>
    </message>
    <message>
        <source>Mask from a range of values</source>
        <translation>按数值范围生成掩膜</translation>
    </message>
    <message>
        <source>NIfTI (*.nii.gz *.nii)</source>
        <translation>NIfTI (*.nii.gz *.nii)</translation>
    </message>
    <message>
        <source>No upper end</source>
        <translation>无上限</translation>
    </message>
    <message>
        <source>Save as NIfTI...</source>
        <translation>另存为 NIfTI...</translation>
    </message>
    <message>
        <source>Save the mask</source>
        <translation>保存掩膜</translation>
    </message>
    <message>
        <source>Saved {0}</source>
        <translation>已保存 {0}</translation>
    </message>
    <message>
        <source>The range must go from a lower to a higher value.</source>
        <translation>范围必须从较低的值到较高的值。</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>体积</translation>
    </message>
    <message>
        <source>about {0} ({1})</source>
        <translation>约 {0}（{1}）</translation>
    </message>
    <message>
        <source>not known: {0}</source>
        <translation>未知：{0}</translation>
    </message>
    <message>
        <source>{0} voxels (not calibrated)</source>
        <translation>{0} 个体素（未校准）</translation>
    </message>
</context>
<context>
    <name>RunControl</name>
    <message>
        <source>Reading the data and analysing the network…</source>
        <translation>正在读取数据并分析网络…</translation>
    </message>
</context>
<context>
    <name>RunFiles</name>
    <message>
        <source>No program was found that opens {path}</source>
        <translation>没有找到可以打开 {path} 的程序</translation>
    </message>
    <message>
        <source>{path} is not there any more.</source>
        <translation>{path} 已不存在。</translation>
    </message>
</context>
<context>
    <name>RuntimeRow</name>
    <message>
        <source>Batch</source>
        <translation>批量</translation>
    </message>
    <message>
        <source>Images that the network takes at a time</source>
        <translation>网络一次处理的图像数</translation>
    </message>
    <message>
        <source>Milliseconds are measured in it on this machine</source>
        <translation>在本机上用它测量毫秒数</translation>
    </message>
    <message>
        <source>Not installed: {command}</source>
        <translation>未安装：{command}</translation>
    </message>
    <message>
        <source>Runtime</source>
        <translation>运行时</translation>
    </message>
</context>
<context>
    <name>ScheduleDetails</name>
    <message>
        <source>Absolute weight times gradient</source>
        <translation>权重与梯度之积的绝对值</translation>
    </message>
    <message>
        <source>Absolute weight times the size of its input</source>
        <translation>权重绝对值乘以其输入的大小</translation>
    </message>
    <message>
        <source>Epoch of the original&apos;s training; 0: before the first</source>
        <translation>原始网络训练的轮次；0：第一轮之前</translation>
    </message>
    <message>
        <source>Fisher</source>
        <translation>Fisher</translation>
    </message>
    <message>
        <source>How much of an unimportant weight goes at each step; 1: all of it at once</source>
        <translation>每一步不重要的权重减小多少；1：一次减完</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>记忆</translation>
    </message>
    <message>
        <source>Penalty</source>
        <translation>惩罚</translation>
    </message>
    <message>
        <source>Rewind</source>
        <translation>权重回退</translation>
    </message>
    <message>
        <source>Sensitivity</source>
        <translation>敏感度</translation>
    </message>
    <message>
        <source>Share of the running mean that each batch leaves as it was</source>
        <translation>每个批次保留滑动均值的比例</translation>
    </message>
    <message>
        <source>Shrink by</source>
        <translation>缩减幅度</translation>
    </message>
    <message>
        <source>Squared weight times squared gradient</source>
        <translation>权重平方乘以梯度平方</translation>
    </message>
    <message>
        <source>Taylor</source>
        <translation>Taylor</translation>
    </message>
    <message>
        <source>The absolute weight alone</source>
        <translation>仅权重绝对值</translation>
    </message>
    <message>
        <source>The penalty that the growth ends at</source>
        <translation>递增结束时的惩罚</translation>
    </message>
    <message>
        <source>To epoch</source>
        <translation>回退到轮次</translation>
    </message>
    <message>
        <source>Wanda</source>
        <translation>Wanda</translation>
    </message>
    <message>
        <source>Weight size</source>
        <translation>权重大小</translation>
    </message>
    <message>
        <source>Weights</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>What is left gets the values that it had after the epoch</source>
        <translation>剩余部分恢复为该轮之后的值</translation>
    </message>
    <message>
        <source>What is left keeps its values; only the learning rate goes back</source>
        <translation>剩余部分保持其值；仅学习率回退</translation>
    </message>
</context>
<context>
    <name>ScheduleForm</name>
    <message>
        <source> channels</source>
        <translation> 个通道</translation>
    </message>
    <message>
        <source>A layer never has fewer channels than this</source>
        <translation>每层的通道数不会少于此值</translation>
    </message>
    <message>
        <source>After each step, what is left is trained again as the original was: takes long</source>
        <translation>每一步之后，剩余部分按原始网络的方式重新训练：耗时较长</translation>
    </message>
    <message>
        <source>At least</source>
        <translation>至少</translation>
    </message>
    <message>
        <source>At once</source>
        <translation>一次完成</translation>
    </message>
    <message>
        <source>Block rows</source>
        <translation>块行数</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列数</translation>
    </message>
    <message>
        <source>Columns of a block</source>
        <translation>块的列数</translation>
    </message>
    <message>
        <source>Cubic steps</source>
        <translation>三次曲线步</translation>
    </message>
    <message>
        <source>Exponential steps</source>
        <translation>指数步</translation>
    </message>
    <message>
        <source>Growing penalty</source>
        <translation>递增惩罚</translation>
    </message>
    <message>
        <source>How many weights stay of how many</source>
        <translation>多少个权重中保留多少个</translation>
    </message>
    <message>
        <source>Keep a multiple of this many channels; 8 or 16 suit most hardware</source>
        <translation>保留此数的整数倍个通道；8 或 16 适合多数硬件</translation>
    </message>
    <message>
        <source>Linear steps</source>
        <translation>线性步</translation>
    </message>
    <message>
        <source>Little first and last, most before the middle</source>
        <translation>首尾少，中点之前最多</translation>
    </message>
    <message>
        <source>Lottery ticket</source>
        <translation>彩票假设</translation>
    </message>
    <message>
        <source>Much first, then ever less; fine-tuned in between</source>
        <translation>先多后少；其间微调</translation>
    </message>
    <message>
        <source>One cycle</source>
        <translation>单周期</translation>
    </message>
    <message>
        <source>Pattern</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Prune in one step, then fine-tune</source>
        <translation>一步完成剪枝，然后微调</translation>
    </message>
    <message>
        <source>Round to</source>
        <translation>取整到</translation>
    </message>
    <message>
        <source>Rows of a block</source>
        <translation>块的行数</translation>
    </message>
    <message>
        <source>Schedule</source>
        <translation>剪枝计划</translation>
    </message>
    <message>
        <source>Soft rule</source>
        <translation>软剪枝规则</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Steps until the target is reached</source>
        <translation>达到目标之前的步数</translation>
    </message>
    <message>
        <source>The same share in each step, fine-tuned in between</source>
        <translation>每一步相同的比例，其间微调</translation>
    </message>
    <message>
        <source>The same share of what is left in each step</source>
        <translation>每一步取剩余部分的相同比例</translation>
    </message>
    <message>
        <source>What matters least shrinks batch by batch while the network is trained, then is cut</source>
        <translation>最不重要的部分在训练中逐批缩小，然后剪除</translation>
    </message>
    <message>
        <source>What will go is driven to zero first, then cut</source>
        <translation>将要移除的部分先被压到零，然后剪除</translation>
    </message>
</context>
<context>
    <name>SensitivityDialog</name>
    <message>
        <source>%p %, {time} left</source>
        <translation>%p %，剩余 {time}</translation>
    </message>
    <message>
        <source>A job is running. Wait for it, or cancel it.</source>
        <translation>有任务正在运行。请等待，或将其取消。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Connection sensitivity (SNIP)</source>
        <translation>连接敏感性（SNIP）</translation>
    </message>
    <message>
        <source>Curvature of the loss (OBD)</source>
        <translation>损失的曲率（OBD）</translation>
    </message>
    <message>
        <source>Effect of whole channels (Taylor)</source>
        <translation>整个通道的作用（Taylor）</translation>
    </message>
    <message>
        <source>Effect on the loss (Taylor)</source>
        <translation>对损失的作用（Taylor）</translation>
    </message>
    <message>
        <source>Export table</source>
        <translation>导出表格</translation>
    </message>
    <message>
        <source>Export table...</source>
        <translation>导出表格...</translation>
    </message>
    <message>
        <source>Gradient flow (GraSP)</source>
        <translation>梯度流（GraSP）</translation>
    </message>
    <message>
        <source>Groups whose pruning costs less give more; can be undone</source>
        <translation>剪枝代价较小的分组去除更多；可以撤销</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Measure again</source>
        <translation>重新测量</translation>
    </message>
    <message>
        <source>Measure zeroes more and more of one channel group after another and scores the trained network on the validation cases. Give trained weights, or carry the experiment out and open its run.</source>
        <translation>测量时逐个将各通道分组越来越多地置零，并在验证病例上给训练好的网络评分。请提供已训练的权重，或先执行实验并打开其运行结果。</translation>
    </message>
    <message>
        <source>Measured with another ranking: {theirs}. The plan ranks by {ours}: measure again.</source>
        <translation>测量时使用的是另一种排序：{theirs}。当前方案按 {ours} 排序：请重新测量。</translation>
    </message>
    <message>
        <source>Measuring...</source>
        <translation>正在测量...</translation>
    </message>
    <message>
        <source>More and more of one channel group after another is zeroed. The curves follow at the end.</source>
        <translation>逐个将各通道分组越来越多地置零。曲线在结束后显示。</translation>
    </message>
    <message>
        <source>Movement in fine-tuning</source>
        <translation>微调中的移动</translation>
    </message>
    <message>
        <source>Normalisation scale</source>
        <translation>归一化尺度</translation>
    </message>
    <message>
        <source>Not measured yet</source>
        <translation>尚未测量</translation>
    </message>
    <message>
        <source>Only channels are shared out by sensitivity</source>
        <translation>只有通道可按敏感性分配</translation>
    </message>
    <message>
        <source>Progress of the measuring</source>
        <translation>测量进度</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Rank of feature maps (HRank)</source>
        <translation>特征图的秩（HRank）</translation>
    </message>
    <message>
        <source>Redundant filters (FPGM)</source>
        <translation>冗余滤波器（FPGM）</translation>
    </message>
    <message>
        <source>Save picture</source>
        <translation>保存图片</translation>
    </message>
    <message>
        <source>Save picture...</source>
        <translation>保存图片...</translation>
    </message>
    <message>
        <source>Sensitivity of channel groups</source>
        <translation>通道分组的敏感性</translation>
    </message>
    <message>
        <source>Share out by these curves</source>
        <translation>按这些曲线分配</translation>
    </message>
    <message>
        <source>Silent channels (APoZ)</source>
        <translation>静默通道（APoZ）</translation>
    </message>
    <message>
        <source>Synaptic flow (SynFlow)</source>
        <translation>突触流（SynFlow）</translation>
    </message>
    <message>
        <source>The plan shares out by sensitivity already</source>
        <translation>当前方案已按敏感性分配</translation>
    </message>
    <message>
        <source>This schedule prepares its cut, and does not share out by sensitivity</source>
        <translation>此计划需预先准备剪除，不按敏感性分配</translation>
    </message>
    <message>
        <source>Waiting for the compute process...</source>
        <translation>正在等待计算进程...</translation>
    </message>
    <message>
        <source>Weight size (L1)</source>
        <translation>权重大小（L1）</translation>
    </message>
    <message>
        <source>Weight size (L2)</source>
        <translation>权重大小（L2）</translation>
    </message>
    <message>
        <source>Weight size, layers balanced (LAMP)</source>
        <translation>权重大小，各层平衡（LAMP）</translation>
    </message>
    <message>
        <source>Weights and their inputs (Wanda)</source>
        <translation>权重及其输入（Wanda）</translation>
    </message>
    <message>
        <source>{metric} {value} on the validation cases with all channels.</source>
        <translation>保留全部通道时，验证病例上的{metric}为 {value}。</translation>
    </message>
</context>
<context>
    <name>SensitivityModel</name>
    <message>
        <source>At 50 %</source>
        <translation>50 % 时</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>分组</translation>
    </message>
    <message>
        <source>Planned</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>Share of the group that the plan takes</source>
        <translation>方案从该组中取走的比例</translation>
    </message>
    <message>
        <source>What the score changes by when half of the group is zeroed</source>
        <translation>将该组的一半置零后分数的变化</translation>
    </message>
    <message>
        <source>planned {amount} %: {change}</source>
        <translation>计划 {amount} %：{change}</translation>
    </message>
    <message>
        <source>{change} at 50 %</source>
        <translation>50 % 时 {change}</translation>
    </message>
</context>
<context>
    <name>SensitivityPlot</name>
    <message>
        <source>Sensitivity of each channel group</source>
        <translation>每个通道分组的敏感性</translation>
    </message>
    <message>
        <source>Zeroed of the group, in percent</source>
        <translation>该组置零的百分比</translation>
    </message>
</context>
<context>
    <name>SensitivityView</name>
    <message>
        <source>Channel groups, the costliest first</source>
        <translation>通道分组，代价最大的在前</translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation>按名称筛选</translation>
    </message>
    <message>
        <source>Point at a curve to see its group. Dashed: the whole network. Dots: what the plan takes. The wheel zooms, a double click fits.</source>
        <translation>指向一条曲线以查看其分组。虚线：整个网络。圆点：方案取走的量。滚轮缩放，双击适应窗口。</translation>
    </message>
</context>
<context>
    <name>SeriesDisplay</name>
    <message>
        <source>Echo</source>
        <translation>回波</translation>
    </message>
    <message>
        <source>Loading ...</source>
        <translation>正在加载 ...</translation>
    </message>
    <message>
        <source>Loading {0} slices ...</source>
        <translation>正在加载 {0} 层 ...</translation>
    </message>
    <message>
        <source>Open images: Ctrl+O</source>
        <translation>打开图像：Ctrl+O</translation>
    </message>
    <message>
        <source>Phase</source>
        <translation>时相</translation>
    </message>
    <message>
        <source>These images cannot be shown</source>
        <translation>无法显示这些图像</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>b-value</source>
        <translation>b 值</translation>
    </message>
    <message>
        <source>or drop files or folders here: DICOM, NIfTI, PNG, JPEG, PGM, TIFF, BMP</source>
        <translation>或将文件或文件夹拖到此处：DICOM、NIfTI、PNG、JPEG、PGM、TIFF、BMP</translation>
    </message>
</context>
<context>
    <name>SeriesMenu</name>
    <message>
        <source>&amp;Warnings...</source>
        <translation>警告(&amp;W)...</translation>
    </message>
    <message>
        <source>Copy &amp;path</source>
        <translation>复制路径(&amp;P)</translation>
    </message>
    <message>
        <source>Copy series &amp;UID</source>
        <translation>复制序列 UID(&amp;U)</translation>
    </message>
    <message>
        <source>Show in &amp;file manager</source>
        <translation>在文件管理器中显示(&amp;F)</translation>
    </message>
</context>
<context>
    <name>SeriesWarnings</name>
    <message>
        <source>1 file could not be read and is left out</source>
        <translation>1 个文件无法读取，已略去</translation>
    </message>
    <message>
        <source>1 file is there twice (the same SOPInstanceUID) and left out</source>
        <translation>1 个文件重复（SOPInstanceUID 相同），已略去</translation>
    </message>
    <message>
        <source>Each image is a mosaic of several slices; places and sides hold for the first tile only</source>
        <translation>每幅图像由多个层面拼接而成；位置和方位仅对第一块有效</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by the number of their acquisition</source>
        <translation>每个位置有 {0} 幅图像：显示为 {1} 个时相，按采集编号排序</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by their b-value</source>
        <translation>每个位置有 {0} 幅图像：显示为 {1} 个时相，按 b 值排序</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by their echo time</source>
        <translation>每个位置有 {0} 幅图像：显示为 {1} 个时相，按回波时间排序</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by their instance number</source>
        <translation>每个位置有 {0} 幅图像：显示为 {1} 个时相，按实例编号排序</translation>
    </message>
    <message>
        <source>Each position holds {0} images: shown as {1} phases, ordered by time</source>
        <translation>每个位置有 {0} 幅图像：显示为 {1} 个时相，按时间排序</translation>
    </message>
    <message>
        <source>Images of different orientations are shown as separate series</source>
        <translation>方向不同的图像显示为不同序列</translation>
    </message>
    <message>
        <source>Images of different pixel spacings are shown as separate series</source>
        <translation>像素间距不同的图像显示为不同序列</translation>
    </message>
    <message>
        <source>Images of different sizes ({0}) are shown as separate series</source>
        <translation>尺寸不同的图像（{0}）显示为不同序列</translation>
    </message>
    <message>
        <source>Images of {0} patients carry the same study UID and are shown as separate studies</source>
        <translation>{0} 名患者的图像使用相同的检查 UID，显示为不同检查</translation>
    </message>
    <message>
        <source>Images with normal and with inverted grey levels are shown as separate series</source>
        <translation>灰度正常与灰度反相的图像显示为不同序列</translation>
    </message>
    <message>
        <source>Not calibrated: the pixel spacing is missing, so lengths are in pixels</source>
        <translation>未校准：缺少像素间距，长度以像素表示</translation>
    </message>
    <message>
        <source>Orientations are missing or damaged: slices are ordered by their numbers, distances between slices are not known</source>
        <translation>方向信息缺失或损坏：层面按编号排序，层间距未知</translation>
    </message>
    <message>
        <source>Positions are missing: slices are ordered by their numbers, distances between slices are not known</source>
        <translation>位置信息缺失：层面按编号排序，层间距未知</translation>
    </message>
    <message>
        <source>Slices differ in the scale of their values (rescale slope and intercept): each is converted by its own</source>
        <translation>各层的数值标度（rescale slope 和 intercept）不同：分别按各自标度换算</translation>
    </message>
    <message>
        <source>The distance between slices varies from {0} to {1} mm</source>
        <translation>层间距在 {0} 至 {1} mm 之间变化</translation>
    </message>
    <message>
        <source>The distance between slices varies from {0} to {1} mm, at right angles to them</source>
        <translation>层间距在 {0} 至 {1} mm 之间变化（垂直于层面测量）</translation>
    </message>
    <message>
        <source>The file does not say how the patient lay, so no sides are shown</source>
        <translation>文件未说明患者体位，因此不显示方位</translation>
    </message>
    <message>
        <source>The pictures have different sizes and are shown one by one</source>
        <translation>图片尺寸不同，逐幅显示</translation>
    </message>
    <message>
        <source>The pictures have {0} different sizes and are shown one by one</source>
        <translation>图片有 {0} 种不同尺寸，逐幅显示</translation>
    </message>
    <message>
        <source>The stack leans by {0} degrees against its slices (gantry tilt): reformatted views and volumes need a correction</source>
        <translation>图像堆栈相对于层面倾斜 {0} 度（机架倾斜）：重组图像和体积需要校正</translation>
    </message>
    <message>
        <source>{0} files are there twice (the same SOPInstanceUID) and left out</source>
        <translation>{0} 个文件重复（SOPInstanceUID 相同），已略去</translation>
    </message>
    <message>
        <source>{0} files could not be read and are left out</source>
        <translation>{0} 个文件无法读取，已略去</translation>
    </message>
    <message>
        <source>{0} images carry the SOPInstanceUID of another image that lies elsewhere; all are shown</source>
        <translation>{0} 幅图像与位于别处的另一幅图像使用相同的 SOPInstanceUID；全部显示</translation>
    </message>
    <message>
        <source>{0} slice is missing between the files named here</source>
        <translation>此处所列文件之间缺少 {0} 层</translation>
    </message>
    <message>
        <source>{0} slices are missing between the files named here</source>
        <translation>此处所列文件之间缺少 {0} 层</translation>
    </message>
    <message>
        <source>{0} slices share their position with another slice; they follow each other by their numbers</source>
        <translation>{0} 个层面与其他层面位置相同；按编号依次排列</translation>
    </message>
</context>
<context>
    <name>SliceBar</name>
    <message>
        <source>Slice</source>
        <translation>层面</translation>
    </message>
</context>
<context>
    <name>SparsityView</name>
    <message>
        <source>All pruning is real removal</source>
        <translation>全部剪枝均为真正移除</translation>
    </message>
    <message>
        <source>Bar length by parameters; otherwise each bar is one whole layer</source>
        <translation>条长按参数数；否则每条为一整层</translation>
    </message>
    <message>
        <source>Layers before and after pruning</source>
        <translation>剪枝前后的各层</translation>
    </message>
    <message>
        <source>MACs (work per image)</source>
        <translation>MACs（每幅图像的计算量）</translation>
    </message>
    <message>
        <source>No pruned network to look at yet</source>
        <translation>还没有剪枝后的网络可查看</translation>
    </message>
    <message>
        <source>Norms and activations too</source>
        <translation>包括归一化层和激活层</translation>
    </message>
    <message>
        <source>Nothing was zeroed</source>
        <translation>没有置零</translation>
    </message>
    <message>
        <source>One scale for all layers</source>
        <translation>各层统一标尺</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Show layers that multiply nothing, and follow the channels of others</source>
        <translation>显示不做乘法、随其他层通道变化的层</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>磁盘占用</translation>
    </message>
    <message>
        <source>Start a run in the pruning panel, or open the folder of a finished one. Each layer then shows what was kept, removed and zeroed.</source>
        <translation>请在剪枝面板中开始运行，或打开已完成运行的文件夹。此处将显示每一层保留、移除和置零的部分。</translation>
    </message>
    <message>
        <source>Zeroed parameters</source>
        <translation>置零的参数</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>更少</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>更大</translation>
    </message>
    <message>
        <source>more</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>removed</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>更小</translation>
    </message>
    <message>
        <source>zeroed</source>
        <translation>置零</translation>
    </message>
    <message>
        <source>{change}, {removed} removed</source>
        <translation>{change}，移除 {removed}</translation>
    </message>
    <message>
        <source>{share} of what is left: not faster</source>
        <translation>剩余部分的 {share}：不会更快</translation>
    </message>
</context>
<context>
    <name>SpeedView</name>
    <message>
        <source>9 of 10 within (p90)</source>
        <translation>10 次中 9 次不超过（p90）</translation>
    </message>
    <message>
        <source>99 of 100 within (p99)</source>
        <translation>100 次中 99 次不超过（p99）</translation>
    </message>
    <message>
        <source>Images per second</source>
        <translation>每秒图像数</translation>
    </message>
    <message>
        <source>MACs</source>
        <translation>MACs</translation>
    </message>
    <message>
        <source>Measured with {runtime} on {device}: {threads} thread(s), batch of {batch}, {warm_up} warm-up runs, then {n} measurements of each network, taken in turns.</source>
        <translation>使用 {runtime} 在 {device} 上测量：{threads} 个线程，批量 {batch}，预热 {warm_up} 次，然后每个网络交替测量 {n} 次。</translation>
    </message>
    <message>
        <source>Median (p50)</source>
        <translation>中位数（p50）</translation>
    </message>
    <message>
        <source>No measurements yet</source>
        <translation>还没有测量</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原始</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Pruned</source>
        <translation>剪枝后</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>比值</translation>
    </message>
    <message>
        <source>Size on disk</source>
        <translation>磁盘占用</translation>
    </message>
    <message>
        <source>Speed and size of both networks</source>
        <translation>两个网络的速度与大小</translation>
    </message>
    <message>
        <source>Start a run in the pruning panel, or open the folder of a finished one. Both networks are then timed in turns on this computer.</source>
        <translation>请在剪枝面板中开始运行，或打开已完成运行的文件夹。随后在本机上交替测量两个网络的时间。</translation>
    </message>
    <message>
        <source>faster</source>
        <translation>更快</translation>
    </message>
    <message>
        <source>fewer</source>
        <translation>更少</translation>
    </message>
    <message>
        <source>larger</source>
        <translation>更大</translation>
    </message>
    <message>
        <source>more</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>slower</source>
        <translation>更慢</translation>
    </message>
    <message>
        <source>smaller</source>
        <translation>更小</translation>
    </message>
    <message>
        <source>{faster}, measured in turns (medians: {change})</source>
        <translation>{faster}，交替测量（中位数：{change}）</translation>
    </message>
    <message>
        <source>{macs}x fewer MACs did not make this network faster here ({speed}): on this computer and at this batch size other costs count. Try another batch size or rounding, or judge it by its size.</source>
        <translation>MACs 减少到 1/{macs}，但此网络在本机上并未更快（{speed}）：在本机和此批量大小下，其他开销占主导。请尝试其他批量大小或取整，或按大小来评价。</translation>
    </message>
    <message>
        <source>{zeroed} weights are zeroed, not removed: that never makes a network faster here.</source>
        <translation>{zeroed} 的权重只是置零而未移除：这在本机上不会使网络更快。</translation>
    </message>
</context>
<context>
    <name>StageLine</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Evaluate</source>
        <translation>评估</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>微调</translation>
    </message>
    <message>
        <source>Prune</source>
        <translation>剪枝</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Stage: {name}</source>
        <translation>阶段：{name}</translation>
    </message>
    <message>
        <source>Stages of the run</source>
        <translation>运行的各阶段</translation>
    </message>
    <message>
        <source>Train</source>
        <translation>训练</translation>
    </message>
</context>
<context>
    <name>StudyBrowser</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Experiment</source>
        <translation>实验</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Files or a folder</source>
        <translation>文件或文件夹</translation>
    </message>
    <message>
        <source>Files...</source>
        <translation>文件...</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Folder...</source>
        <translation>文件夹...</translation>
    </message>
    <message>
        <source>Looking at {0} of {1} files</source>
        <translation>已检查 {0} / {1} 个文件</translation>
    </message>
    <message>
        <source>Looking for images ...</source>
        <translation>正在查找图像 ...</translation>
    </message>
    <message>
        <source>No images yet</source>
        <translation>还没有图像</translation>
    </message>
    <message>
        <source>Open files</source>
        <translation>打开文件</translation>
    </message>
    <message>
        <source>Open files or a folder, or drop them here.</source>
        <translation>请打开文件或文件夹，或将其拖放到此处。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Recent</source>
        <translation>最近</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>{0}. {1}, opened {2}</source>
        <translation>{0}. {1}，打开于 {2}</translation>
    </message>
</context>
<context>
    <name>StudyTree</name>
    <message>
        <source>1 picture</source>
        <translation>1 幅图片</translation>
    </message>
    <message>
        <source>1 slice</source>
        <translation>1 层</translation>
    </message>
    <message>
        <source>Patient {0}</source>
        <translation>患者 {0}</translation>
    </message>
    <message>
        <source>Series {0}</source>
        <translation>序列 {0}</translation>
    </message>
    <message>
        <source>Studies</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>and {0} more</source>
        <translation>以及另外 {0} 项</translation>
    </message>
    <message>
        <source>{0} more</source>
        <translation>另外 {0} 项</translation>
    </message>
    <message>
        <source>{0} pictures</source>
        <translation>{0} 幅图片</translation>
    </message>
    <message>
        <source>{0} slices</source>
        <translation>{0} 层</translation>
    </message>
</context>
<context>
    <name>TagBrowser</name>
    <message>
        <source>1 tag found</source>
        <translation>找到 1 个标签</translation>
    </message>
    <message>
        <source>Copy all</source>
        <translation>全部复制</translation>
    </message>
    <message>
        <source>Copy all tags as text. Ctrl+C copies a row, Ctrl+Shift+C its value alone.</source>
        <translation>将所有标签复制为文本。Ctrl+C 复制一行，Ctrl+Shift+C 只复制其值。</translation>
    </message>
    <message>
        <source>DICOM tags</source>
        <translation>DICOM 标签</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Image of the series</source>
        <translation>序列中的图像</translation>
    </message>
    <message>
        <source>No tag found</source>
        <translation>没有找到标签</translation>
    </message>
    <message>
        <source>Search in the tags</source>
        <translation>在标签中搜索</translation>
    </message>
    <message>
        <source>Search tag, name or value, such as 0010,0010 or spacing</source>
        <translation>搜索标签、名称或值，例如 0010,0010 或 spacing</translation>
    </message>
    <message>
        <source>{0} tags</source>
        <translation>{0} 个标签</translation>
    </message>
    <message>
        <source>{0} tags found</source>
        <translation>找到 {0} 个标签</translation>
    </message>
</context>
<context>
    <name>TagModel</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>标签</translation>
    </message>
    <message>
        <source>VR</source>
        <translation>VR</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>值</translation>
    </message>
</context>
<context>
    <name>TargetRow</name>
    <message>
        <source>A number, whatever the original comes to</source>
        <translation>一个数值，与原始网络无关</translation>
    </message>
    <message>
        <source>A share of what the original comes to</source>
        <translation>相对于原始网络的比例</translation>
    </message>
    <message>
        <source>Amount removed</source>
        <translation>移除量</translation>
    </message>
    <message>
        <source>Bytes remaining</source>
        <translation>剩余字节数</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>给定方式</translation>
    </message>
    <message>
        <source>How large the model file may be</source>
        <translation>模型文件允许的大小</translation>
    </message>
    <message>
        <source>How long a batch may take, measured on this machine</source>
        <translation>一个批次允许的时间，在本机上测量</translation>
    </message>
    <message>
        <source>How many bytes a forward pass may hold at once</source>
        <translation>一次前向传播允许同时占用的字节数</translation>
    </message>
    <message>
        <source>How many parameters may remain</source>
        <translation>允许剩余的参数数</translation>
    </message>
    <message>
        <source>How much work per image may remain</source>
        <translation>每幅图像允许剩余的计算量</translation>
    </message>
    <message>
        <source>MACs remaining</source>
        <translation>剩余 MACs</translation>
    </message>
    <message>
        <source>Milliseconds</source>
        <translation>毫秒</translation>
    </message>
    <message>
        <source>Parameters remaining</source>
        <translation>剩余参数</translation>
    </message>
    <message>
        <source>Peak memory</source>
        <translation>峰值内存</translation>
    </message>
    <message>
        <source>Share of the channels or weights that goes</source>
        <translation>移除的通道或权重的比例</translation>
    </message>
    <message>
        <source>Target</source>
        <translation>目标</translation>
    </message>
    <message>
        <source>Target in percent</source>
        <translation>目标（百分比）</translation>
    </message>
    <message>
        <source>The most that may remain</source>
        <translation>允许剩余的最大值</translation>
    </message>
    <message>
        <source>of the original</source>
        <translation>原始网络的</translation>
    </message>
    <message>
        <source>outright</source>
        <translation>绝对值</translation>
    </message>
</context>
<context>
    <name>ToolRow</name>
    <message>
        <source> / s</source>
        <translation> / s</translation>
    </message>
    <message>
        <source> mm</source>
        <translation> mm</translation>
    </message>
    <message>
        <source>1 warning</source>
        <translation>1 条警告</translation>
    </message>
    <message>
        <source>Size, and which side is where</source>
        <translation>大小，以及各方位的朝向</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>布局</translation>
    </message>
    <message>
        <source>Layouts, and what goes together</source>
        <translation>布局与联动方式</translation>
    </message>
    <message>
        <source>Lengths, angles and regions</source>
        <translation>长度、角度和区域</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>See thick slabs instead of slices</source>
        <translation>以厚层代替单层显示</translation>
    </message>
    <message>
        <source>Slab</source>
        <translation>厚层</translation>
    </message>
    <message>
        <source>Slices a second</source>
        <translation>每秒层数</translation>
    </message>
    <message>
        <source>Thickness of the slab</source>
        <translation>层厚</translation>
    </message>
    <message>
        <source>To and fro instead of anew</source>
        <translation>往返播放，而不是从头开始</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>Window presets</source>
        <translation>窗宽窗位预设</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>{0} warnings</source>
        <translation>{0} 条警告</translation>
    </message>
</context>
<context>
    <name>TrainingSection</name>
    <message>
        <source>After three epochs that brought nothing better</source>
        <translation>连续三轮无改进之后</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>批量大小</translation>
    </message>
    <message>
        <source>Cross entropy; for label maps Dice and cross entropy together</source>
        <translation>交叉熵；标签图用 Dice 加交叉熵</translation>
    </message>
    <message>
        <source>Dice and focal</source>
        <translation>Dice 加 Focal</translation>
    </message>
    <message>
        <source>End after so many epochs that brought nothing better in validation</source>
        <translation>验证无改进达此轮数后结束</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>训练轮数</translation>
    </message>
    <message>
        <source>Falls along a cosine</source>
        <translation>沿余弦下降</translation>
    </message>
    <message>
        <source>Focal</source>
        <translation>Focal</translation>
    </message>
    <message>
        <source>Halved on a plateau</source>
        <translation>停滞时减半</translation>
    </message>
    <message>
        <source>How often every training image is seen</source>
        <translation>每幅训练图像使用的次数</translation>
    </message>
    <message>
        <source>Images in one step; fewer need less memory</source>
        <translation>每一步的图像数；越少占用内存越少</translation>
    </message>
    <message>
        <source>Keep the moving average of weights, with this decay, such as 0.999</source>
        <translation>保留权重的滑动平均，以此衰减率，例如 0.999</translation>
    </message>
    <message>
        <source>Averaging</source>
        <translation>平均</translation>
    </message>
    <message>
        <source>Distillation</source>
        <translation>蒸馏</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>Optimiser</source>
        <translation>优化器</translation>
    </message>
    <message>
        <source>Rate schedule</source>
        <translation>学习率变化</translation>
    </message>
    <message>
        <source>Share of the original&apos;s answers in what is learnt; the labels have the rest</source>
        <translation>原网络输出在损失中的占比；其余归标签</translation>
    </message>
    <message>
        <source>Slowly at first, then faster, towards nothing</source>
        <translation>先慢后快，趋近于零</translation>
    </message>
    <message>
        <source>Stays as it is</source>
        <translation>保持不变</translation>
    </message>
    <message>
        <source>Stop early</source>
        <translation>提前停止</translation>
    </message>
    <message>
        <source>Turns to pixels that are still wrong; for label maps</source>
        <translation>侧重仍判错的像素；用于标签图</translation>
    </message>
    <message>
        <source>Turns to the cases that are still wrong; for classes</source>
        <translation>侧重仍判错的病例；用于分类</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>常用</translation>
    </message>
    <message>
        <source>Vary images (augmentation)</source>
        <translation>变换图像（数据增强）</translation>
    </message>
    <message>
        <source>Weigh rare classes more</source>
        <translation>提高少见类别的权重</translation>
    </message>
    <message>
        <source>Weight decay</source>
        <translation>权重衰减</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>Against an original that tells so little, nothing can be said.</source>
        <translation>原始网络本身说明不了多少，与之相比无法得出结论。</translation>
    </message>
    <message>
        <source>Inconclusive</source>
        <translation>无法判定</translation>
    </message>
    <message>
        <source>Inferior</source>
        <translation>劣效</translation>
    </message>
    <message>
        <source>Non-inferior</source>
        <translation>非劣效</translation>
    </message>
    <message>
        <source>The interval reaches past the margin: more test cases are needed to tell.</source>
        <translation>区间超出界值：需要更多测试病例才能判定。</translation>
    </message>
    <message>
        <source>The pruned network is at most the margin worse than the original, on these test cases.</source>
        <translation>在这些测试病例上，剪枝后的网络比原始网络最多差一个界值。</translation>
    </message>
    <message>
        <source>The pruned network is worse than the original by more than the margin. Prune less, or fine-tune longer.</source>
        <translation>剪枝后的网络比原始网络差，且超过界值。请减少剪枝，或延长微调。</translation>
    </message>
    <message>
        <source>{decision}: {metric} {before} → {after}, difference {difference} (95 % interval {low} to {high}), margin {margin}</source>
        <translation>{decision}：{metric} {before} → {after}，差值 {difference}（95 % 区间 {low} 至 {high}），界值 {margin}</translation>
    </message>
</context>
<context>
    <name>VerdictHeader</name>
    <message>
        <source>Difference</source>
        <translation>差值</translation>
    </message>
    <message>
        <source>Metric</source>
        <translation>指标</translation>
    </message>
    <message>
        <source>Original (95 % interval)</source>
        <translation>原始（95 % 区间）</translation>
    </message>
    <message>
        <source>Pruned (95 % interval)</source>
        <translation>剪枝后（95 % 区间）</translation>
    </message>
    <message>
        <source>Quality of both networks</source>
        <translation>两个网络的质量</translation>
    </message>
    <message>
        <source>{difference} ({low} to {high})</source>
        <translation>{difference}（{low} 至 {high}）</translation>
    </message>
</context>
<context>
    <name>ViewHistory</name>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo {what}</source>
        <translation>重做(&amp;R)：{what}</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Undo {what}</source>
        <translation>撤销(&amp;U)：{what}</translation>
    </message>
    <message>
        <source>display</source>
        <translation>显示方式</translation>
    </message>
    <message>
        <source>inversion</source>
        <translation>反相</translation>
    </message>
    <message>
        <source>look of what lies over it</source>
        <translation>叠加层的显示</translation>
    </message>
    <message>
        <source>moved figure</source>
        <translation>移动测量</translation>
    </message>
    <message>
        <source>new figure</source>
        <translation>新测量</translation>
    </message>
    <message>
        <source>removed figure</source>
        <translation>移除测量</translation>
    </message>
    <message>
        <source>removed figures</source>
        <translation>移除多个测量</translation>
    </message>
    <message>
        <source>turning</source>
        <translation>旋转或翻转</translation>
    </message>
    <message>
        <source>window</source>
        <translation>窗宽窗位</translation>
    </message>
    <message>
        <source>zoom or place</source>
        <translation>缩放或位置</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>&amp;Layout</source>
        <translation>布局(&amp;L)</translation>
    </message>
    <message>
        <source>Active image alone, or back</source>
        <translation>单独显示当前图像，或返回</translation>
    </message>
    <message>
        <source>Choose another folder, and a name that ends in .png or .jpg</source>
        <translation>请选择其他文件夹，并使用以 .png 或 .jpg 结尾的文件名</translation>
    </message>
    <message>
        <source>Film</source>
        <translation>电影</translation>
    </message>
    <message>
        <source>Flip left and right</source>
        <translation>左右翻转</translation>
    </message>
    <message>
        <source>Flip top and bottom</source>
        <translation>上下翻转</translation>
    </message>
    <message>
        <source>Four images</source>
        <translation>四幅图像</translation>
    </message>
    <message>
        <source>Highest values (MIP)</source>
        <translation>最大密度投影（MIP）</translation>
    </message>
    <message>
        <source>Image {0}</source>
        <translation>图像 {0}</translation>
    </message>
    <message>
        <source>Lowest values (MinIP)</source>
        <translation>最小密度投影（MinIP）</translation>
    </message>
    <message>
        <source>Mean values</source>
        <translation>平均值</translation>
    </message>
    <message>
        <source>One image</source>
        <translation>一幅图像</translation>
    </message>
    <message>
        <source>One pixel to one</source>
        <translation>像素 1:1</translation>
    </message>
    <message>
        <source>Open one first</source>
        <translation>请先打开一幅图像</translation>
    </message>
    <message>
        <source>Pan together</source>
        <translation>联动平移</translation>
    </message>
    <message>
        <source>Run through the slices</source>
        <translation>连续播放各层面</translation>
    </message>
    <message>
        <source>Scroll together</source>
        <translation>联动翻层</translation>
    </message>
    <message>
        <source>Single slices</source>
        <translation>单层</translation>
    </message>
    <message>
        <source>The picture cannot be written</source>
        <translation>无法写入图片</translation>
    </message>
    <message>
        <source>There is no image to save</source>
        <translation>没有可保存的图像</translation>
    </message>
    <message>
        <source>Three planes (MPR)</source>
        <translation>三平面（MPR）</translation>
    </message>
    <message>
        <source>True size (about)</source>
        <translation>实际大小（近似）</translation>
    </message>
    <message>
        <source>Turn left</source>
        <translation>向左旋转</translation>
    </message>
    <message>
        <source>Turn right</source>
        <translation>向右旋转</translation>
    </message>
    <message>
        <source>Two images</source>
        <translation>两幅图像</translation>
    </message>
    <message>
        <source>Window together</source>
        <translation>联动窗宽窗位</translation>
    </message>
    <message>
        <source>Zoom together</source>
        <translation>联动缩放</translation>
    </message>
</context>
<context>
    <name>Viewport</name>
    <message>
        <source>Choose a series in the list, or drag one here.</source>
        <translation>请在列表中选择序列，或将序列拖到此处。</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Image {0}</source>
        <translation>图像 {0}</translation>
    </message>
</context>
<context>
    <name>WarningsDialog</name>
    <message>
        <source>&amp;Copy</source>
        <translation>复制(&amp;C)</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>Warnings: {0}</source>
        <translation>警告：{0}</translation>
    </message>
</context>
<context>
    <name>WindowMenu</name>
    <message>
        <source>From the file</source>
        <translation>来自文件</translation>
    </message>
    <message>
        <source>Look-up table of the file</source>
        <translation>文件中的查找表</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>A run is going on</source>
        <translation>有运行正在进行</translation>
    </message>
    <message>
        <source>Open a run</source>
        <translation>打开运行结果</translation>
    </message>
    <message>
        <source>Stop the run and close? What it has reached is kept, and it can be resumed.</source>
        <translation>停止运行并关闭？已有的结果会保留，以后可以继续。</translation>
    </message>
    <message>
        <source>The window speaks {0} when MedPrune is started again.</source>
        <translation>重新启动 MedPrune 后，界面语言为 {0}。</translation>
    </message>
    <message>
        <source>There is nothing to save yet: choose a data set first.</source>
        <translation>还没有可保存的内容：请先选择数据集。</translation>
    </message>
</context>
</TS>
