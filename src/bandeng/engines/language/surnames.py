"""Surnames, and what is known of names: characters that stand in no given name, forms of address."""

# By their frequency in the census of 2020 and 百家姓. COMMON: the 150 of which nine in ten people have one.
COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢"
    "姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛"
    "樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁"
    "冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫"
)
RARE = frozenset(
    "闵洪赖阎邬宗丛边仇匡佟佘全冀冼占印厉双召吾商桑柏桂栗桓梦楚楼母池沙洛海涂滑满漆濮炎燕狄玉琚甄畅皮盖相睢瞿"
    "祖禹秋种竺米糜索纳练缑罕羊臧舍苑苟苍茅荀荆莘萨蔚蔺虞计诸谌谈贡贲赫逄那邝郁郎郏郜郗郤鄂酆銮门闻阚隋雍鞠顿"
    "马鱼鲜鹿么仝仲伊佴但储元充奚师平应庄库延弓当强彤彭惠慎扈敖明晁普暴束来查核梁楮水法泮浦湛滑潭澹烟牧牟申璩晋"
    "真祝禄秘空立端第笪粟綦綦续缴翦耶胥能臧芮荣莱葆蒯蓬藏虎蛇补言訾谯资车轩辜邰郦都鄢鄞钮钭锁锺阙隆雪霜靖鞏"
    "巫鞠颛饶骞鬻鲍麻黄黑齐龙苻晨巫尧奉刁冒冷包巴巨年开戈敬昝暨曲木朴权栾毋汝沃泰浮溥濮"
)
RARE -= COMMON
COMPOUND = frozenset(
    (
        "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐",
        "宇文", "长孙", "司徒", "端木", "夏侯", "司空", "南宫", "西门", "独孤", "百里",
        "东郭", "呼延", "闻人", "公羊", "澹台", "淳于", "单于", "申屠", "钟离", "轩辕",
        "赫连", "太史", "鲜于", "闾丘", "亓官", "拓跋", "完颜", "纳兰", "叶赫",
    )
)  # fmt: skip
# First words of Tibetan names that have no surname, two characters each; a name is one to two of them.
TIBETAN = frozenset(
    (
        "扎西", "次仁", "卓玛", "多吉", "旺堆", "格桑", "尼玛", "达娃", "边巴", "索朗",
        "丹增", "洛桑", "白玛", "央金", "仁青", "才让", "拉姆", "次旦", "平措", "顿珠",
        "强巴", "嘎玛", "曲珍", "德吉", "旦增", "巴桑", "米玛", "拉巴", "普布", "占堆",
        "班觉", "贡布", "罗布", "桑珠", "益西", "土登", "加措", "卓嘎", "措姆", "旺姆",
        "旺杰", "次珍", "阿旺",
    )
)  # fmt: skip
# Surnames that are more often something else at the head of a clause: they need more than a role before them.
DOUBTFUL = frozenset(
    "于和向应任时方常都单强那何安全连从当能别万来平应开第法但相当母真种路车解成党房费边充言查明水立但双补那关游钱师海"
    "华金白高马黄石江云温阳农计门商印沙楼年包代项简来冷曲左席管资续谈能索古舒景康富文"
)

# Of no given name, or so rarely that a word begins here.
NOT_GIVEN = frozenset(
    "不了的是在有没被把给个们你我他她它这那哪怎么什说要会能都也就还再又很太更最请让叫做去到从向与及或但因为所以并且等"
    "间吗呢吧啊呀费钱房将对于和跟其每各某由按经已曾未拿打骂卖买住吃喝拖欠找问告称收占堵挖拆搭砍盖拉挤用系而则"
    "使该此些您咱谁何几只才刚却里外下后前上来过着得地各之者名位号第款项单价级层栋楼室路街村镇乡县市区组"
)
# … but these may begin a given name: 有才, 得草, 来福, 前进.
MAY_BEGIN = frozenset("之有得来和前由上里名于")
# Surnames that are more often the grammar's: only a field or a full stop behind them lets them be one.
FUNCTION = frozenset("于和向应任时从当能别来但相随同连都那何")
# Words that begin like a name and that rjieba takes for one.
NO_NAMES = ("高中", "陆续", "师傅", "同志", "老师", "安全", "方面", "余额", "全体", "华侨", "何时", "任何", "单位")
TITLES = (
    "先生|女士|小姐|太太|老师|师傅|同志|大爷|大妈|大娘|大叔|大伯|大姐|大哥|大嫂|阿姨|叔叔|奶奶|爷爷|婆婆|伯伯|婶婶|嫂子"
    "|老人家|老太|老汉|某某|某"
)
