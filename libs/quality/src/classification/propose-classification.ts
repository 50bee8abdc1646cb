import type { ColumnType } from '#libs/dataset';

import { ClassificationLevel, highestOf, rankOf } from './classification-level.ts';

export interface ClassifiableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isPersonal: boolean;
}

export interface ProposedLevel {
  readonly column: string;
  readonly level: ClassificationLevel;
  /** Why, in Chinese, for the person who decides. */
  readonly ground: string;
}

interface LevelRule {
  readonly level: ClassificationLevel;
  readonly names: RegExp;
  /** Left out: of any type. */
  readonly types?: readonly ColumnType[];
  readonly ground: string;
}

const { CORE, IMPORTANT, GENERAL_1, GENERAL_2, GENERAL_3, GENERAL_4 } = ClassificationLevel;

/**
 * What names and types suggest. Ours but for the two grades of the health sector's matrix (name, birth, sex, ethnicity:
 * 3; identity number, contact, address: 4). Which data are core or important is told by catalogues of the state and not
 * by names: these rules only make a person look.
 */
export const LEVEL_RULES: readonly LevelRule[] = [
  {
    level: CORE,
    names: /国家秘密|涉密|绝密|机密|军事|国防|核设施|state_?secret|military/i,
    ground: '疑似涉及国家秘密或国防',
  },
  {
    level: IMPORTANT,
    names:
      /关键基础设施|管网坐标|油气管线|电网拓扑|水源地坐标|测绘成果|重力|人类遗传|基因组|genome|critical_?infrastructure/i,
    ground: '疑似重要数据：关键基础设施、测绘或人类遗传资源',
  },
  {
    level: GENERAL_4,
    names: /身份证|公民身份|护照|证件号|resident_?id|passport|id_?card/i,
    ground: '证件号码：特别严重危害（卫生健康行业矩阵）',
  },
  {
    level: GENERAL_4,
    names: /手机|电话|联系方式|邮箱|住址|家庭地址|通信地址|phone|mobile|e-?mail|home_?address/i,
    ground: '联系方式与住址：特别严重危害（卫生健康行业矩阵）',
  },
  {
    level: GENERAL_4,
    names:
      /诊断|病历|病史|基因|指纹|人脸|虹膜|行踪|轨迹|银行卡|银行账号|宗教|diagnos|medical|fingerprint|biometric|bank_?account/i,
    ground: '敏感个人信息（个人信息保护法第28条）',
  },
  {
    level: GENERAL_3,
    names: /姓名|出生|性别|民族|年龄|^name$|birth|^sex$|gender|^age$|ethnic/i,
    ground: '个人基本信息：严重危害（卫生健康行业矩阵）',
  },
  {
    level: GENERAL_2,
    names:
      /纳税|欠税|社保|参保|缴存|用水|用电|用气|用能|贷款|负债|营收|收入|欠费|欠缴|金额|处罚|income|loan|debt|tax|salary/i,
    ground: '组织或个人的经营、收支情况',
  },
];

/** The level that each column's name, type and personal mark suggest, and the highest of them for the whole. */
export function proposeClassification(columns: readonly ClassifiableColumn[]): {
  readonly level: ClassificationLevel;
  readonly columns: readonly ProposedLevel[];
} {
  const proposed = columns.map((column) => levelOf(column));
  return { level: highestOf(proposed.map(({ level }) => level)), columns: proposed };
}

function levelOf({ name, type, isPersonal }: ClassifiableColumn): ProposedLevel {
  const met = LEVEL_RULES.filter(({ names, types }) => names.test(name) && (types?.includes(type) ?? true));
  const personal = isPersonal ? [{ level: GENERAL_3, ground: '标识自然人的列' }] : [];
  const [highest] = [...met, ...personal].toSorted((a, b) => rankOf(b.level) - rankOf(a.level));
  const { level, ground } = highest ?? { level: GENERAL_1, ground: '名称与类型未显示敏感性' };
  return { column: name, level, ground };
}
