/** The seven groups of materials of a registration, 发改数据规〔2025〕26号 Art. 9; an empty text is a group that is missing. */
export interface Materials {
  readonly subject: string;
  readonly lawfulSource: string;
  readonly resource: string;
  readonly evidence: string;
  readonly productsAndServices: string;
  readonly scenarios: string;
  readonly riskAssessment: string;
}

export const MATERIAL_NAMES: Readonly<Record<keyof Materials, string>> = {
  subject: '主体信息',
  lawfulSource: '数据合法合规性来源',
  resource: '数据资源情况',
  evidence: '存证情况',
  productsAndServices: '产品和服务信息',
  scenarios: '应用场景信息',
  riskAssessment: '数据安全风险评估',
};

/** All groups that are missing, by their official names, in the order of the law. */
export function missingMaterials(materials: Materials): string[] {
  return Object.entries(MATERIAL_NAMES)
    .filter(([group]) => materials[group as keyof Materials].trim() === '')
    .map(([, name]) => name);
}
